import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery, Handled } from '../../src/application/ports/consumer.ts';
import { Fault, Poison } from '../../src/application/ports/faults.ts';
import type { BlockedKey } from '../../src/application/ports/blocked-keys.ts';

export type Handle = (delivery: Delivery) => Promise<Handled>;

export type RunningConsumer = {
  readonly stop: () => Promise<void>;
  readonly counts: () => {
    readonly handled: number;
    readonly ignored: number;
    readonly deadLettered: number;
    readonly retried: number;
    readonly parked: number;
    readonly dropped: number;
    readonly stopped: readonly number[];
  };
};

export type DeadLetter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly errorCode: string;
  /** Decrypted with the cipher. */
  readonly record: { readonly key: string | null; readonly value: string | null };
};

/** A topic of three partitions with one consumer group. `run` starts a process of the group. */
export type RunnerHarness = {
  readonly publish: (key: string, n: number) => Promise<void>;
  /** Publishes the bytes unchanged. Headers default to a proper envelope. */
  readonly publishRaw: (raw: {
    readonly key: string | null;
    readonly value: Buffer | null;
    readonly headers?: Readonly<Record<string, string>>;
  }) => Promise<void>;
  /** Magic byte and the id of a schema that the registry knows. */
  readonly frame: Buffer;
  /** A key of the partition. */
  readonly keyIn: (partition: number) => string;
  readonly run: (handle: Handle, whenBlocked?: 'queue' | 'drop') => Promise<RunningConsumer>;
  readonly blocked: () => Promise<readonly BlockedKey[]>;
  /** While no process runs: deletes the group's committed offsets. */
  readonly beginAgain: () => Promise<void>;
  /** Runs a process of the group that is killed, without a commit, after it has handled so many messages. */
  readonly runAndCrash: (handle: Handle, messages: number) => Promise<void>;
  /** The broker refuses the next dead letters this many times. */
  readonly refuseDeadLetters: (times: number) => void;
  readonly deadLetters: () => Promise<readonly DeadLetter[]>;
  /** Delivers until the condition holds; fails when it never does. */
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

const handled: Handled = { kind: 'handled' };
const envelope = { ce_id: 'e-1', ce_type: 'cinema.billing.suite.happened.v1' };
export const numberOf = ({ value }: Delivery): number => (value as { n: number }).n;

export function recorder() {
  const seen: string[] = [];
  const note = (delivery: Delivery): Promise<Handled> => {
    seen.push(`${delivery.key}:${numberOf(delivery)}`);
    return Promise.resolve(handled);
  };
  return { seen, note };
}

export function consumerRunnerSuite(name: string, open: () => Promise<RunnerHarness>): void {
  describe(`${name}: consuming`, () => {
    let harness: RunnerHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    test('a message published before the group existed arrives decoded, with its envelope', async () => {
      const key = randomUUID();
      await harness.publish(key, 5);
      const seen: Delivery[] = [];
      await harness.run((delivery) => {
        seen.push(delivery);
        return Promise.resolve(handled);
      });
      await harness.until(() => seen.length === 1);
      expect(seen[0]).toMatchObject({
        key,
        offset: '0',
        type: 'suite.happened',
        value: { n: 5 },
        trace: { correlationId: 'request-1', causationId: null },
      });
    });

    test('messages of one key arrive in order', async () => {
      const keys = [0, 1, 2].map((partition) => harness.keyIn(partition));
      for (let n = 0; n < 20; n += 1) for (const key of keys) await harness.publish(key, n);
      const { seen, note } = recorder();
      const consumer = await harness.run(note);
      await harness.until(() => consumer.counts().handled === 60);
      for (const key of keys) {
        expect(seen.filter((entry) => entry.startsWith(key))).toEqual(
          Array.from({ length: 20 }, (_, n) => `${key}:${n}`),
        );
      }
    });

    test('a tombstone arrives as null', async () => {
      await harness.publishRaw({ key: 'erased', value: null });
      const values: unknown[] = [];
      await harness.run(({ value }) => {
        values.push(value);
        return Promise.resolve(handled);
      });
      await harness.until(() => values.length === 1);
      expect(values).toEqual([null]);
    });

    test('a handled or ignored message is not delivered to the next process of the group', async () => {
      const key = harness.keyIn(1);
      for (const n of [1, 2, 3]) await harness.publish(key, n);
      const first = await harness.run((delivery) =>
        Promise.resolve(numberOf(delivery) === 2 ? { kind: 'ignored', reason: 'not for us' } : handled),
      );
      await harness.until(() => first.counts().handled === 2 && first.counts().ignored === 1);
      await first.stop();
      await harness.publish(key, 4);
      const { seen, note } = recorder();
      const second = await harness.run(note);
      await harness.until(() => second.counts().handled === 1);
      expect(seen).toEqual([`${key}:4`]);
    });

    test('an unreadable message goes to the dead letters, sealed unchanged, and later ones are handled', async () => {
      const key = harness.keyIn(0);
      const json = Buffer.from('{"n":1}');
      const broken = [
        { code: 'not_framed', value: Buffer.from([1, 0, 0, 0, 1, 123, 125]) },
        { code: 'not_framed', value: Buffer.from([0, 0]) },
        { code: 'unknown_schema', value: Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xfe]), json]) },
        { code: 'malformed_json', value: Buffer.concat([harness.frame, Buffer.from('{"card":"5555555555554444')]) },
        { code: 'no_envelope', value: Buffer.concat([harness.frame, json]), headers: { ce_id: 'x' } },
        {
          code: 'no_envelope',
          value: Buffer.concat([harness.frame, json]),
          headers: { ce_id: 'x', ce_type: 'theirs.v1' },
        },
      ];
      for (const { value, headers = envelope } of broken) await harness.publishRaw({ key, value, headers });
      await harness.publishRaw({ key: null, value: Buffer.concat([harness.frame, json]) });
      await harness.publish(key, 9);
      const { seen, note } = recorder();
      const consumer = await harness.run(note);
      await harness.until(() => consumer.counts().deadLettered === 7 && consumer.counts().handled === 1);
      expect(seen).toEqual([`${key}:9`]);
      const letters = await harness.deadLetters();
      expect(letters.map(({ errorCode }) => errorCode).toSorted()).toEqual(
        [...broken.map(({ code }) => code), 'no_key'].toSorted(),
      );
      const malformed = letters.find(({ errorCode }) => errorCode === 'malformed_json');
      expect(malformed).toMatchObject({ partition: 0, offset: '3' });
      const value = Buffer.concat([harness.frame, Buffer.from('{"card":"5555555555554444')]).toString('base64');
      expect(malformed?.record).toEqual({ key: Buffer.from(key).toString('base64'), value });
      expect(JSON.stringify({ ...malformed, record: null })).not.toContain('5555555555554444');
    });

    test('a message that a handler calls poison goes to the dead letters too, with its reason code', async () => {
      const key = harness.keyIn(2);
      await harness.publish(key, 1);
      await harness.publish(key, 2);
      const { seen, note } = recorder();
      const consumer = await harness.run((delivery) => {
        if (numberOf(delivery) === 1) throw new Poison('unknown_type', 'No use for it.');
        return note(delivery);
      });
      await harness.until(() => consumer.counts().handled === 1 && consumer.counts().deadLettered === 1);
      expect(seen).toEqual([`${key}:2`]);
      expect((await harness.deadLetters()).map(({ errorCode }) => errorCode)).toEqual(['unknown_type']);
    });

    test('an unacknowledged dead letter is written again before any later message is handled', async () => {
      const key = harness.keyIn(0);
      await harness.publishRaw({ key, value: Buffer.from('garbage') });
      await harness.publish(key, 1);
      harness.refuseDeadLetters(2);
      const { seen, note } = recorder();
      const consumer = await harness.run(note);
      await harness.until(() => consumer.counts().handled === 1);
      expect(seen).toEqual([`${key}:1`]);
      expect(await harness.deadLetters()).toHaveLength(1);
    });

    test('while a dependency is unavailable a message waits, later ones of its key wait too, and none is skipped', async () => {
      const key = harness.keyIn(1);
      for (const n of [1, 2, 3]) await harness.publish(key, n);
      let refusals = 0;
      const { seen, note } = recorder();
      const consumer = await harness.run((delivery) => {
        if (numberOf(delivery) === 2 && refusals < 4) {
          refusals += 1;
          throw new Fault('store_unavailable', 'away', { retryable: true });
        }
        return note(delivery);
      });
      await harness.until(() => consumer.counts().handled === 3);
      expect(seen).toEqual([`${key}:1`, `${key}:2`, `${key}:3`]);
      expect(refusals).toBe(4);
      expect(await harness.deadLetters()).toEqual([]);
    });

    test('a message that waits for a dependency is not committed: the next process begins with it', async () => {
      const key = harness.keyIn(1);
      for (const n of [1, 2, 3]) await harness.publish(key, n);
      let refused = false;
      const first = await harness.run((delivery) => {
        if (numberOf(delivery) < 2) return Promise.resolve(handled);
        refused = true;
        throw new Fault('store_unavailable', 'away', { retryable: true });
      });
      await harness.until(() => refused && first.counts().handled === 1);
      await first.stop();
      const { seen, note } = recorder();
      const second = await harness.run(note);
      await harness.until(() => second.counts().handled === 2);
      expect(seen).toEqual([`${key}:2`, `${key}:3`]);
    });

    test('a process that dies before its commit leaves the messages to the next one, in order', async () => {
      const key = harness.keyIn(1);
      for (const n of [1, 2, 3]) await harness.publish(key, n);
      const lost = recorder();
      await harness.runAndCrash(lost.note, 3);
      expect(lost.seen).toEqual([`${key}:1`, `${key}:2`, `${key}:3`]);
      const { seen, note } = recorder();
      const next = await harness.run(note);
      await harness.until(() => next.counts().handled === 3);
      expect(seen).toEqual(lost.seen);
    });
  });
}
