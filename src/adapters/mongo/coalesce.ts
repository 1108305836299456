import { setImmediate } from 'node:timers/promises';

/** Items per query: bounds its size under load. */
const batchMax = 100;

/**
 * Items that arrive during a query share the next one, so batches grow with the load. An item that arrives alone does not
 * wait. A profile under load shows why: the socket write of a command costs more CPU than the data it carries. A query that
 * fails fails all its items; an answer that fails, such as a document that cannot be read, fails its own item only.
 */
export function coalesce<Item, Answer>(
  ask: (items: readonly Item[]) => Promise<(item: Item) => Answer | Promise<Answer>>,
): (item: Item) => Promise<Answer> {
  type Asked = ReturnType<typeof ask>;
  const waiting: { readonly item: Item; readonly resolve: (asked: Asked) => void }[] = [];
  let isAsking = false;

  async function askWhileItemsWait(): Promise<void> {
    isAsking = true;
    while (waiting.length > 0) {
      // Callers that continue in this turn of the event loop add their items to the batch.
      await setImmediate();
      const batch = waiting.splice(0, batchMax);
      const asked = ask(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve(asked);
      await Promise.allSettled([asked]);
    }
    isAsking = false;
  }

  return async (item) => {
    const asked = new Promise<Awaited<Asked>>((resolve) => {
      waiting.push({ item, resolve });
    });
    if (!isAsking) void askWhileItemsWait();
    const answerTo = await asked;
    return answerTo(item);
  };
}
