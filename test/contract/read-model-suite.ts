import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PaymentHistory } from '../../src/application/ports/history.ts';
import type { ReadModelRow, HistoryWriter } from '../../src/application/ports/outbox.ts';
import type { PastLookups } from '../../src/application/ports/subscriber-store.ts';
import { dayMs } from '../../src/domain/model/instant.ts';
import { describePurchase } from '../../src/domain/model/describe.ts';
import type { Payment, Refund } from '../../src/domain/model/payment.ts';
import { noon, sampleCommand, samplePayment, sampleRefund, sampleSubscription, sampleTariff } from './samples.ts';

export type ReadModelHarness = {
  readonly writer: HistoryWriter;
  readonly decisions: PastLookups;
  readonly history: PaymentHistory;
  /** Ids of the payments reported as a second kept one of their period. */
  readonly duplicates: readonly string[];
  /** The next report of a duplicate fails, as if the process died. */
  readonly failReport: () => void;
};

type PaymentRow = Extract<ReadModelRow, { model: 'payments' }>;

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

    const paymentRow = (row: Payment, version: number, place: PaymentRow['place'] = 'closed'): PaymentRow => ({
      ...{ userId, version, at: noon, model: 'payments', id: row.id, row, place },
      ...{ reason: null, capturedAt: noon, method: { title: 'Bank card *4444', last4: '4444' } },
    });
    const refundRow = ({ id }: Payment, version: number, changes: Partial<Refund> = {}): ReadModelRow => {
      const row = { ...sampleRefund(id), ...changes };
      return { userId, version, at: noon, model: 'refunds', id: row.id, row };
    };
    const stateOf = async (id: string) => (await readModels.decisions.findPayment(userId, id))?.state;
    const paid = (changes: Partial<Payment> = {}) => samplePayment({ subscriptionId: `s-${userId}`, ...changes });

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

    test('history is newest first, page by page, and shows the card', async () => {
      const payments = [0, 1, 2, 3, 4].map((day) => paid({ createdAt: noon + day, periodKey: `period:${day}` }));
      await readModels.writer.write(payments.map((payment) => paymentRow(payment, 1)));
      const pages = await Promise.all([1, 2, 3, 4].map((page) => readModels.history.list({ userId, limit: 2, page })));
      expect(pages.map((page) => page.map(({ id }) => id))).toEqual([
        [payments[4]?.id, payments[3]?.id],
        [payments[2]?.id, payments[1]?.id],
        [payments[0]?.id],
        [],
      ]);
      expect(pages[0]?.[0]).toMatchObject({
        amount: { amountMinor: 29_900, currency: 'RUB' },
        paySystem: 'yookassa',
        purpose: describePurchase(sampleTariff),
        createdAt: noon + 4,
      });
      expect(pages[0]?.[0]?.detail).toMatchObject({ method: { last4: '4444' } });
    });

    test('history goes on from a place, also among payments of one instant, and newer ones move no page', async () => {
      const payments = ['a', 'b', 'c'].map((letter) => paid({ id: `${letter}-${userId}`, periodKey: letter }));
      const older = paid({ createdAt: noon - 1, periodKey: 'older' });
      await readModels.writer.write([...payments, older].map((payment) => paymentRow(payment, 1)));
      const first = await readModels.history.list({ userId, limit: 2, after: null });
      expect(first.map(({ id }) => id)).toEqual([payments[2]?.id, payments[1]?.id]);
      await readModels.writer.write([paymentRow(paid({ createdAt: noon + 1, periodKey: 'newer' }), 1)]);
      const after = { at: noon, id: payments[1]?.id ?? '' };
      const rest = await readModels.history.list({ userId, limit: 2, after });
      expect(rest.map(({ id }) => id)).toEqual([payments[0]?.id, older.id]);
    });

    test('history says why a payment was made, and of one of an earlier version what is known', async () => {
      const [payment, charge] = [paid(), paid({ periodKey: 'period:1', purchase: null, createdAt: noon - 1 })];
      const { id, alias, name } = sampleTariff;
      const tariff = { id, alias, name };
      const notice = { id: 'notice-1', kind: 'renewal_upcoming', at: noon - 9 } as const;
      const why = { tariff, notice, period: { start: noon, end: noon + 1 } };
      const listed = () => readModels.history.list({ userId, limit: 2 });
      await readModels.writer.write([paymentRow(payment, 1), paymentRow(charge, 1)]);
      expect((await listed()).map((one) => one.why)).toEqual([{ tariff, notice: null, period: null }, null]);
      const bare = { ...why, notice: null, period: null };
      await readModels.writer.write([
        { ...paymentRow(payment, 2), why: bare },
        { ...paymentRow(charge, 2), why, method: { title: null, last4: '4444', brand: 'MIR' } },
      ]);
      expect((await listed()).map((one) => one.why)).toEqual([bare, why]);
      expect((await listed()).map((one) => one.method?.brand)).toEqual([undefined, 'MIR']);
    });

    test('history lists the refunds of a payment, the oldest first, with when they should arrive', async () => {
      const payment = paid();
      const refund = (day: number, changes: Partial<Refund>) =>
        refundRow(payment, 2, { firstRequestedAt: noon + day, createdAt: noon + day, ...changes });
      await readModels.writer.write([
        paymentRow(payment, 1),
        refund(2, { state: 'failed' }),
        refund(1, { state: 'succeeded', reason: 'left_early' }),
      ]);
      const [listed] = await readModels.history.list({ userId, limit: 1 });
      expect(listed?.refunds).toEqual([
        expect.objectContaining({ state: 'succeeded', reason: 'left_early', requestedAt: noon + 1 }),
        expect.objectContaining({ state: 'failed', requestedAt: noon + 2, expectedBy: null }),
      ]);
      expect(listed?.refunds[0]?.expectedBy).toBe(noon + 3 * dayMs);
    });

    test('history of one instant has one order, and shows no payment of another user', async () => {
      const payments = ['a', 'c', 'b'].map((letter) => paid({ id: `${letter}-${userId}`, periodKey: letter }));
      await readModels.writer.write(payments.map((payment) => paymentRow(payment, 1)));
      await readModels.writer.write([{ ...paymentRow(paid({ periodKey: 'd' }), 1), userId: randomUUID() }]);
      const listed = await readModels.history.list({ userId, limit: 10, page: 1 });
      expect(listed.map(({ id }) => id)).toEqual(['c', 'b', 'a'].map((letter) => `${letter}-${userId}`));
    });

    test('history shows the refunded part of a payment, and the part that is on its way', async () => {
      const payment = paid();
      const other = paid({ periodKey: 'period:1', createdAt: noon - 1 });
      await readModels.writer.write([paymentRow(payment, 1), paymentRow(other, 1)]);
      const shown = async () => {
        const [first, second] = await readModels.history.list({ userId, limit: 10, page: 1 });
        expect(second).toMatchObject({ state: 'succeeded', detail: { refundedMinor: 0, refundingMinor: 0 } });
        return [first?.state, first?.detail['refundedMinor'], first?.detail['refundingMinor']];
      };
      expect(await shown()).toEqual(['succeeded', 0, 0]);
      const part = { id: `part-${userId}`, amount: { amountMinor: 10_000, currency: 'RUB' } };
      const rest = { id: `rest-${userId}`, amount: { amountMinor: 19_900, currency: 'RUB' } };
      let version = 1;
      const afterRefund = async (changes: Partial<Refund>) => {
        await readModels.writer.write([refundRow(payment, (version += 1), changes)]);
        return shown();
      };
      expect(await afterRefund({ ...part, state: 'requested' })).toEqual(['refunding', 0, 10_000]);
      expect(await afterRefund({ ...part, state: 'failed', retryAt: noon })).toEqual(['refunding', 0, 10_000]);
      expect(await afterRefund({ ...part, state: 'failed' })).toEqual(['succeeded', 0, 0]);
      expect(await afterRefund({ ...part, state: 'succeeded' })).toEqual(['refunded', 10_000, 0]);
      expect(await afterRefund({ ...rest, state: 'unknown' })).toEqual(['refunding', 10_000, 19_900]);
      expect(await afterRefund({ ...rest, state: 'succeeded' })).toEqual(['refunded', 29_900, 0]);
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
