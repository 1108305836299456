import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyedQueue, type KeyedQueue, type Task } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';

/** Resolves when all of them have run. */
const runAll = (lanes: KeyedQueue, tasks: readonly (readonly [string, Task])[]): Promise<unknown> =>
  Promise.all(
    tasks.map(([key, task]) => new Promise<void>((resolve) => lanes.run(key, async () => task().finally(resolve)))),
  );

function latch() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('lanes', () => {
  test('never more than the limit run at once, each key in order, and all of them finish', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4 })), { maxLength: 60 }),
        async (limit, tasks) => {
          const lanes = createKeyedQueue(limit);
          const done: [number, number][] = [];
          let active = 0;
          let most = 0;
          const work = tasks.map(([key, turns], place) => {
            const task = async (): Promise<void> => {
              active += 1;
              most = Math.max(most, active);
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
              active -= 1;
              done.push([key, place]);
            };
            return [`key-${key}`, task] as const;
          });
          await runAll(lanes, work);
          expect(most).toBeLessThanOrEqual(limit);
          expect(done).toHaveLength(tasks.length);
          for (let key = 0; key <= 5; key += 1) {
            const places = done.filter(([of]) => of === key).map(([, place]) => place);
            expect(places).toEqual(places.toSorted((a, b) => a - b));
          }
        },
      ),
    );
  });

  test('a key with many tasks lets other keys run after each of them', async () => {
    const lanes = createKeyedQueue(1);
    const done: string[] = [];
    const gate = latch();
    const note = (what: string) => () => Promise.resolve(void done.push(what));
    const ran = runAll(lanes, [
      ['busy', () => gate.opened],
      ...[1, 2, 3].map((n) => ['busy', note(`busy ${n}`)] as const),
      ['other', note('other')],
    ]);
    gate.open();
    await ran;
    expect(done).toEqual(['other', 'busy 1', 'busy 2', 'busy 3']);
  });
});
