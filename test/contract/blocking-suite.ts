import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Handle, numberOf, recorder, type RunnerHarness } from './consumer-runner-suite.ts';

/** Handles every message except this one of the key, until `fixed` is set. */
function failingAt(key: string, n: number) {
  const { seen, note } = recorder();
  const bug = { fixed: false, calls: 0 };
  const handle: Handle = (delivery) => {
    if (bug.fixed || delivery.key !== key || numberOf(delivery) !== n) return note(delivery);
    bug.calls += 1;
    throw new TypeError('undefined is not a function');
  };
  return { seen, bug, handle, ofKey: () => seen.filter((entry) => entry.startsWith(key)) };
}

export function blockingSuite(name: string, open: () => Promise<RunnerHarness>): void {
  describe(`${name}: a message that keeps failing`, () => {
    let harness: RunnerHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    test('a bug is retried, then blocks its key and no other: later messages of the key wait, others are handled', async () => {
      const [broken, healthy] = [harness.keyIn(0), harness.keyIn(2)];
      for (const n of [1, 2, 3]) for (const key of [broken, healthy]) await harness.publish(key, n);
      await harness.publish('another of some partition', 7);
      const { bug, handle, ofKey } = failingAt(broken, 2);
      const consumer = await harness.run(handle);
      await harness.until(() => consumer.counts().handled === 5 && consumer.counts().parked === 2);
      await harness.publish(broken, 4);
      await harness.publish(healthy, 4);
      await harness.until(() => consumer.counts().handled === 6 && consumer.counts().parked === 3);
      expect(bug.calls).toBeGreaterThanOrEqual(3);
      expect(ofKey()).toEqual([`${broken}:1`]);
      expect(consumer.counts().stopped).toEqual([]);
      const [blocked, ...others] = await harness.blocked();
      expect(blocked).toMatchObject({ key: broken, waiting: 3, error: { name: 'TypeError' } });
      expect(others).toEqual([]);
      expect(await harness.deadLetters()).toEqual([]);
    });

    test('after the fix, waiting messages are handled in order, the key is free, and later messages are handled as usual', async () => {
      const key = harness.keyIn(1);
      for (const n of [1, 2, 3, 4]) await harness.publish(key, n);
      const { seen, bug, handle } = failingAt(key, 2);
      const consumer = await harness.run(handle);
      await harness.until(() => consumer.counts().parked === 3);
      bug.fixed = true;
      await harness.until(() => consumer.counts().handled === 4);
      await harness.publish(key, 5);
      await harness.until(() => consumer.counts().handled === 5);
      expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => `${key}:${n}`));
      expect(await harness.blocked()).toEqual([]);
    });

    test('a released message that is poison goes to the dead letters, and the next of its key is handled', async () => {
      const key = harness.keyIn(1);
      await harness.publish(key, 1);
      await harness.publishRaw({ key, value: Buffer.from('garbage') });
      await harness.publish(key, 2);
      const { seen, bug, handle } = failingAt(key, 1);
      const consumer = await harness.run(handle);
      await harness.until(() => consumer.counts().parked === 3);
      bug.fixed = true;
      await harness.until(() => consumer.counts().handled === 2);
      expect(seen).toEqual([`${key}:1`, `${key}:2`]);
      expect((await harness.deadLetters()).map(({ errorCode }) => errorCode)).toEqual(['not_framed']);
    });

    test('the next process finds the key blocked, and redelivered messages are parked once', async () => {
      const key = harness.keyIn(0);
      for (const n of [1, 2, 3]) await harness.publish(key, n);
      const buggy = failingAt(key, 1);
      const first = await harness.run(buggy.handle);
      await harness.until(() => first.counts().parked === 3);
      await first.stop();
      await harness.beginAgain();
      const { seen, bug, handle } = failingAt(key, 1);
      const second = await harness.run(handle);
      await harness.until(() => second.counts().parked === 3);
      expect((await harness.blocked()).map(({ waiting }) => waiting)).toEqual([3]);
      bug.fixed = true;
      await harness.until(() => second.counts().handled === 3);
      expect(seen).toEqual([1, 2, 3].map((n) => `${key}:${n}`));
    });

    test('without a queue a failing message is dropped, and the next of its key is handled', async () => {
      const key = harness.keyIn(0);
      for (const n of [1, 2, 3]) await harness.publish(key, n);
      const { seen, bug, handle } = failingAt(key, 2);
      const consumer = await harness.run(handle, 'drop');
      await harness.until(() => consumer.counts().handled === 2);
      expect(seen).toEqual([`${key}:1`, `${key}:3`]);
      expect([bug.calls, consumer.counts().dropped, consumer.counts().stopped]).toEqual([3, 1, []]);
      expect(await harness.blocked()).toEqual([]);
    });
  });
}
