import { setImmediate } from 'node:timers/promises';

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
};

/** Items per query: bounds its size under load. */
const batchMax = 100;

/**
 * Items that arrive during a query share the next one, so batches grow with the load. An item that arrives alone does not
 * wait. A profile under load shows why: the socket write of a command costs more CPU than the data it carries.
 */
export function coalesce<Item, Answer>(
  ask: (items: readonly Item[]) => Promise<(item: Item) => Answer | Promise<Answer>>,
): (item: Item) => Promise<Answer> {
  const waiting: Waiting<Item, Answer>[] = [];
  let isAsking = false;

  async function askTogether(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answerTo = await ask(batch.map(({ item }) => item));
      for (const { item, resolve } of batch) resolve(answerTo(item));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function askWhileItemsWait(): Promise<void> {
    isAsking = true;
    while (waiting.length > 0) {
      // Callers that continue in this turn of the event loop add their items to the batch.
      await setImmediate();
      await askTogether(waiting.splice(0, batchMax));
    }
    isAsking = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isAsking) void askWhileItemsWait();
    });
}
