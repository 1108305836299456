import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PaymentHistory } from '../../src/application/ports/history.ts';
import type { HistoryWriter } from '../../src/application/ports/outbox.ts';
import type { PastLookups } from '../../src/application/ports/subscriber-store.ts';
import { rowsOf } from './sample-rows.ts';
import { noon, sampleCommand, sampleSubscription } from './samples.ts';

export type ReadModelHarness = {
  readonly writer: HistoryWriter;
  readonly decisions: PastLookups;
  readonly history: PaymentHistory;
  /** Ids of the payments reported as a second kept one of their period. */
  readonly duplicates: readonly string[];
  /** The next report of a duplicate fails, as if the process died. */
  readonly failReport: () => void;
};

/** Receives reports of duplicates: keeps their ids, or fails once after `failReport`. */
export function duplicateListener() {
  const duplicates: string[] = [];
  let failsNext = false;
  return {
    duplicates,
    failReport: () => {
      failsNext = true;
    },
    onDuplicate: ({ id }: { readonly id: string }): Promise<void> => {
      const fails = failsNext;
      failsNext = false;
      if (fails) return Promise.reject(new Error('the report failed'));
      duplicates.push(id);
      return Promise.resolve();
    },
  };
}

export function readModelSuite(name: string, open: () => Promise<ReadModelHarness>): void {
  describe(`${name}: read models`, () => {
    let readModels: ReadModelHarness;
    let userId: string;
    beforeEach(async () => {
      readModels = await open();
      userId = randomUUID();
    });

    const { paymentRow, refundRow, paid } = rowsOf(() => userId);
    const stateOf = async (id: string) => (await readModels.decisions.findPayment(userId, id))?.state;

    test('a row moves forward only: an older one that comes late changes nothing', async () => {
      const payment = paid({ state: 'sending' });
      await readModels.writer.write([paymentRow(payment, 1, 'open')]);
      await readModels.writer.write([paymentRow({ ...payment, state: 'succeeded' }, 3)]);
      await readModels.writer.write([paymentRow({ ...payment, state: 'unknown' }, 2, 'open')]);
      expect(await stateOf(payment.id)).toBe('succeeded');
    });

    test('the same rows twice are written once', async () => {
      const rows = [paymentRow(paid(), 1)];
      await readModels.writer.write(rows);
      await readModels.writer.write(rows);
      expect(await readModels.history.list({ userId, limit: 10, page: 1 })).toHaveLength(1);
      expect(readModels.duplicates).toEqual([]);
    });

    test('a second kept payment of a period is written, reported, and blocks nothing', async () => {
      const [first, second] = [paid(), paid()];
      await readModels.writer.write([paymentRow(first, 1)]);
      await readModels.writer.write([paymentRow(second, 2), paymentRow(paid({ periodKey: 'period:1' }), 2)]);
      expect(readModels.duplicates).toEqual([second.id]);
      expect(await stateOf(second.id)).toBe('succeeded');
      expect(await readModels.history.list({ userId, limit: 10, page: 1 })).toHaveLength(3);
    });

    test('a refunded payment no longer pays for its period, whichever row comes first', async () => {
      const [first, second] = [paid(), paid()];
      await readModels.writer.write([paymentRow(first, 1), refundRow(first, 2)]);
      await readModels.writer.write([paymentRow(first, 3)]);
      await readModels.writer.write([paymentRow(second, 4)]);
      expect(readModels.duplicates).toEqual([]);
    });

    test('a second payment that is refunded in the same write is no duplicate', async () => {
      const [first, second] = [paid(), paid()];
      await readModels.writer.write([paymentRow(first, 1)]);
      await readModels.writer.write([paymentRow(second, 2), refundRow(second, 2)]);
      await readModels.writer.write([paymentRow(second, 3)]);
      expect(readModels.duplicates).toEqual([]);
      expect(await stateOf(second.id)).toBe('succeeded');
    });

    test('a payment takes the place of one that is refunded in the same write', async () => {
      const [first, second] = [paid(), paid()];
      await readModels.writer.write([paymentRow(first, 1)]);
      await readModels.writer.write([paymentRow(second, 2), refundRow(first, 2)]);
      await readModels.writer.write([paymentRow(paid(), 3)]);
      expect(readModels.duplicates).toHaveLength(1);
      expect(readModels.duplicates).not.toContain(second.id);
    });

    test('a refund that is written before its payment counts all the same, and shows no payment', async () => {
      const [first, second] = [paid(), paid()];
      await readModels.writer.write([refundRow(first, 1)]);
      expect(await stateOf(first.id)).toBeUndefined();
      expect(await readModels.history.list({ userId, limit: 10, page: 1 })).toEqual([]);
      await readModels.writer.write([paymentRow(first, 1)]);
      await readModels.writer.write([paymentRow(second, 2)]);
      expect(readModels.duplicates).toEqual([]);
      expect(await stateOf(first.id)).toBe('succeeded');
    });

    test('two versions of a duplicate in one write are reported once, and the newer one stays', async () => {
      const [first, second] = [paid(), paid({ attemptNo: 2 })];
      await readModels.writer.write([paymentRow(first, 1)]);
      await readModels.writer.write([paymentRow(second, 2), paymentRow({ ...second, attemptNo: 3 }, 3)]);
      expect(readModels.duplicates).toEqual([second.id]);
      expect(await readModels.decisions.findPayment(userId, second.id)).toMatchObject({ attemptNo: 3 });
    });

    test('a duplicate is reported by every write of its payment until it is refunded', async () => {
      const [first, second] = [paid(), paid()];
      await readModels.writer.write([paymentRow(first, 1)]);
      for (const version of [2, 2, 3]) await readModels.writer.write([paymentRow(second, version)]);
      expect(readModels.duplicates).toEqual([second.id, second.id, second.id]);
      await readModels.writer.write([paymentRow(second, 4), refundRow(second, 4)]);
      for (const version of [4, 5]) await readModels.writer.write([paymentRow(second, version)]);
      expect(readModels.duplicates).toHaveLength(3);
    });

    test.each([2, 3])(
      'a write whose report is not taken fails, and is reported again as version %i',
      async (version) => {
        const [first, second] = [paid(), paid()];
        await readModels.writer.write([paymentRow(first, 1)]);
        readModels.failReport();
        await expect(readModels.writer.write([paymentRow(second, 2)])).rejects.toThrow('the report failed');
        expect(readModels.duplicates).toEqual([]);
        await readModels.writer.write([paymentRow(second, version)]);
        expect(readModels.duplicates).toEqual([second.id]);
      },
    );

    test('a watched payment that succeeds pays for nothing', async () => {
      await readModels.writer.write([paymentRow(paid(), 1), paymentRow(paid({ watchedBecause: 'superseded' }), 1)]);
      expect(readModels.duplicates).toEqual([]);
    });

    test('a command is found with its outcome, by its own user only', async () => {
      const entry = sampleCommand(randomUUID(), { kind: 'completed', subscriptionId: null });
      await readModels.writer.write([{ userId, version: 1, at: noon, model: 'commands', id: entry.id, row: entry }]);
      expect(await readModels.decisions.findCommand(userId, entry.id)).toEqual(entry);
      expect(await readModels.decisions.findCommand(randomUUID(), entry.id)).toBeNull();
      expect(await readModels.decisions.findCommand(userId, 'another')).toBeNull();
      const misdated = { ...sampleCommand(randomUUID()), claimedAt: noon + 5_000 };
      await readModels.writer.write([
        { userId, version: 2, at: noon, model: 'commands', id: misdated.id, row: misdated },
      ]);
      expect(await readModels.decisions.findCommand(userId, misdated.id)).toEqual(misdated);
    });

    test('a payment is found by its own user only', async () => {
      const payment = paid();
      await readModels.writer.write([paymentRow(payment, 1)]);
      const { id: paymentId, subscriptionId, periodKey, attemptNo, kind, amount } = payment;
      const { state, providerPaymentId, watchedBecause } = payment;
      const order = { paymentId, subscriptionId, periodKey, attemptNo, kind, amount };
      const money = { isRefunded: false, isDuplicate: false, capturedAt: noon };
      const known = { ...order, state, providerPaymentId, watchedBecause, ...money };
      expect(await readModels.decisions.findPayment(userId, paymentId)).toEqual(known);
      expect(await readModels.decisions.findPayment(randomUUID(), paymentId)).toBeNull();
      await readModels.writer.write([refundRow(payment, 2)]);
      expect(await readModels.decisions.findPayment(userId, paymentId)).toEqual({ ...known, isRefunded: true });
    });

    test('an abandoned payment is found with the reason', async () => {
      const payment = paid({ state: 'requires_action', watchedBecause: 'superseded' });
      await readModels.writer.write([paymentRow(payment, 1, 'watched')]);
      expect(await readModels.decisions.findPayment(userId, payment.id)).toMatchObject({
        watchedBecause: 'superseded',
      });
    });

    // A writer that loses a newer row in a race loses about one in ten, so a hundred races show it.
    test('of two concurrent writes of a new row the newest version stays', async () => {
      const stale: number[] = [];
      for (let race = 0; race < 100; race += 1) {
        const payment = paid({ periodKey: `period:${race}` });
        const versions = [2, 1].map((version) => paymentRow({ ...payment, attemptNo: version }, version));
        await Promise.all(versions.map((row) => readModels.writer.write([row])));
        if ((await readModels.decisions.findPayment(userId, payment.id))?.attemptNo !== 2) stale.push(race);
      }
      expect(stale).toEqual([]);
    });

    test('rows of every read model in one write', async () => {
      const subscription = sampleSubscription(randomUUID());
      const payment = paid();
      await readModels.writer.write([
        { userId, version: 1, at: noon, model: 'subscriptions', id: subscription.id, row: subscription },
        paymentRow(payment, 1),
      ]);
      expect(await stateOf(payment.id)).toBe('succeeded');
      await readModels.writer.write([]);
    });
  });
}
