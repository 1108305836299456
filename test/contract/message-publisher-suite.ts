import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MessagePublisher, OutMessage } from '../../src/application/ports/outbox.ts';

export type StoredMessage = {
  readonly partition: number;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The decoded JSON value, null for a tombstone. */
  readonly value: unknown;
};

/** `schema` takes `{ n: integer }`. While stalled, one send is under way and never acknowledged until `resume`. */
export type PublisherHarness = {
  readonly publisher: MessagePublisher;
  readonly topic: string;
  readonly schema: string;
  readonly read: () => Promise<readonly StoredMessage[]>;
  readonly stall: () => void;
  readonly resume: () => void;
  readonly close: () => Promise<void>;
};

/** Long enough for a loaded machine; an answered call never waits for it. */
const patientMs = 20_000;
/** Short, because a test waits until it is over. */
const impatientMs = 30;

export function messagePublisherSuite(name: string, open: () => Promise<PublisherHarness>): void {
  describe(`${name}: publishing`, () => {
    let harness: PublisherHarness;
    const message = (key: string, n: number): OutMessage => ({
      topic: harness.topic,
      key,
      headers: { ce_id: `${key}:${n}`, ce_type: 'cinema.billing.suite.happened.v1' },
      schema: harness.schema,
      value: { n },
    });
    const publish = (messages: readonly OutMessage[], deadlineMs = patientMs) =>
      harness.publisher.publish(messages, deadlineMs);
    const numbersOf = async (key: string) =>
      (await harness.read()).filter((stored) => stored.key === key).map((stored) => (stored.value as { n: number }).n);

    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    test('an acknowledged message is in the log as it was given', async () => {
      const key = randomUUID();
      await publish([message(key, 7)]);
      expect(await harness.read()).toEqual([
        {
          partition: expect.any(Number),
          key,
          headers: { ce_id: `${key}:7`, ce_type: 'cinema.billing.suite.happened.v1' },
          value: { n: 7 },
        },
      ]);
    });

    test('a null value arrives as a tombstone', async () => {
      await publish([{ ...message('erased', 1), value: null }]);
      expect((await harness.read()).map(({ key, value }) => ({ key, value }))).toEqual([
        { key: 'erased', value: null },
      ]);
    });

    test('an empty list is published at once, even while the broker acknowledges nothing', async () => {
      harness.stall();
      await publish([]);
      harness.resume();
    });

    test('each key keeps the order of its calls and of the messages in a call, in one partition', async () => {
      const keys = Array.from({ length: 20 }, () => randomUUID());
      const calls = Array.from({ length: 30 }, (_, call) =>
        publish(keys.flatMap((key) => [0, 1, 2].map((place) => message(key, call * 3 + place)))),
      );
      await Promise.all(calls);
      const stored = await harness.read();
      for (const key of keys) {
        const ours = stored.filter((record) => record.key === key);
        expect(ours.map(({ value }) => value)).toEqual(Array.from({ length: 90 }, (_, n) => ({ n })));
        expect(new Set(ours.map(({ partition }) => partition)).size).toBe(1);
      }
    });

    test('at the deadline a sent call is unacknowledged, and a queued one is taken back and never arrives', async () => {
      harness.stall();
      const underWay = publish([message('a', 1)], impatientMs);
      const queued = publish([message('a', 2)], impatientMs);
      const patient = publish([message('a', 3)]);
      await expect(underWay).rejects.toMatchObject({ name: 'Fault', code: 'unacknowledged', retryable: true });
      await expect(queued).rejects.toMatchObject({ name: 'Fault', code: 'taken_back', retryable: true });
      harness.resume();
      await patient;
      expect(await numbersOf('a')).toEqual([1, 3]);
    });

    test('a message to a topic that does not exist is refused and harms no other call', async () => {
      const good = publish([message('b', 1)]);
      await expect(publish([{ ...message('b', 2), topic: 'billing.nowhere.v1' }])).rejects.toThrow('no topic');
      await good;
      await publish([message('b', 3)]);
      expect(await numbersOf('b')).toEqual([1, 3]);
    });
  });
}
