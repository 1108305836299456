import { setImmediate } from 'node:timers/promises';

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
};

/** Items in one question, so that its size does not grow with the crowd. */
const batchMax = 100;

/**
 * Items that come while a question is out travel together in the next one: load makes batches, and an item alone waits for
 * nobody. A profile of a drain shows why: every command to the server costs a write to a socket, dearer than what it carries.
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

  async function askWhileAnybodyWaits(): Promise<void> {
    isAsking = true;
    while (waiting.length > 0) {
      // Whatever the answers of this turn of the event loop lead to goes along.
      await setImmediate();
      await askTogether(waiting.splice(0, batchMax));
    }
    isAsking = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isAsking) void askWhileAnybodyWaits();
    });
}
