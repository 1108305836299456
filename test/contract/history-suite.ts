import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { dayMs } from '../../src/domain/model/instant.ts';
import { describePurchase } from '../../src/domain/model/describe.ts';
import type { Refund } from '../../src/domain/model/payment.ts';
import type { ReadModelHarness } from './read-model-suite.ts';
import { rowsOf } from './sample-rows.ts';
import { noon, sampleTariff } from './samples.ts';

export function historySuite(name: string, open: () => Promise<Pick<ReadModelHarness, 'writer' | 'history'>>): void {
  describe(`${name}: history`, () => {
    let writer: ReadModelHarness['writer'];
    let history: ReadModelHarness['history'];
    let userId: string;
    beforeEach(async () => {
      ({ writer, history } = await open());
      userId = randomUUID();
    });

    const { paymentRow, refundRow, receiptRow, paid } = rowsOf(() => userId);

    test('is newest first, page by page, and shows the card', async () => {
      const payments = [0, 1, 2, 3, 4].map((day) => paid({ createdAt: noon + day, periodKey: `period:${day}` }));
      await writer.write(payments.map((payment) => paymentRow(payment, 1)));
      const pages = await Promise.all([1, 2, 3, 4].map((page) => history.list({ userId, limit: 2, page })));
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

    test('goes on from a place, also among payments of one instant, and newer ones move no page', async () => {
      const payments = ['a', 'b', 'c'].map((letter) => paid({ id: `${letter}-${userId}`, periodKey: letter }));
      const older = paid({ createdAt: noon - 1, periodKey: 'older' });
      await writer.write([...payments, older].map((payment) => paymentRow(payment, 1)));
      const first = await history.list({ userId, limit: 2, after: null });
      expect(first.map(({ id }) => id)).toEqual([payments[2]?.id, payments[1]?.id]);
      await writer.write([paymentRow(paid({ createdAt: noon + 1, periodKey: 'newer' }), 1)]);
      const after = { at: noon, id: payments[1]?.id ?? '' };
      const rest = await history.list({ userId, limit: 2, after });
      expect(rest.map(({ id }) => id)).toEqual([payments[0]?.id, older.id]);
    });

    test('says why a payment was made, and of one of an earlier version what is known', async () => {
      const [payment, charge] = [paid(), paid({ periodKey: 'period:1', purchase: null, createdAt: noon - 1 })];
      const { id, alias, name } = sampleTariff;
      const tariff = { id, alias, name };
      const notice = { id: 'notice-1', kind: 'renewal_upcoming', at: noon - 9 } as const;
      const why = { tariff, notice, period: { start: noon, end: noon + 1 } };
      const listed = () => history.list({ userId, limit: 2 });
      await writer.write([paymentRow(payment, 1), paymentRow(charge, 1)]);
      expect((await listed()).map((one) => one.why)).toEqual([{ tariff, notice: null, period: null }, null]);
      const bare = { ...why, notice: null, period: null };
      await writer.write([
        { ...paymentRow(payment, 2), why: bare },
        { ...paymentRow(charge, 2), why, method: { title: null, last4: '4444', brand: 'MIR' } },
      ]);
      expect((await listed()).map((one) => one.why)).toEqual([bare, why]);
      expect((await listed()).map((one) => one.method?.brand)).toEqual([undefined, 'MIR']);
    });

    test('lists the refunds of a payment, the oldest first, with when they should arrive, and all receipts', async () => {
      const payment = paid();
      const refund = (day: number, changes: Partial<Refund>) =>
        refundRow(payment, 2, { firstRequestedAt: noon + day, createdAt: noon + day, ...changes });
      await writer.write([
        paymentRow(payment, 1),
        refund(2, { state: 'failed' }),
        refund(1, { id: `early-${userId}`, state: 'succeeded', reason: 'left_early' }),
        receiptRow('payment', payment.id, payment.id, 'registered'),
        receiptRow('refund', `early-${userId}`, payment.id, 'failed'),
      ]);
      const [listed] = await history.list({ userId, limit: 1 });
      expect(listed?.refunds).toEqual([
        expect.objectContaining({ state: 'succeeded', reason: 'left_early', requestedAt: noon + 1, receipt: 'failed' }),
        expect.objectContaining({ state: 'failed', requestedAt: noon + 2, expectedBy: null, receipt: null }),
      ]);
      expect(listed?.receipt).toBe('registered');
      expect(listed?.refunds[0]?.expectedBy).toBe(noon + 3 * dayMs);
    });

    test('has one payment by its id, with what went back of it, and none of another id', async () => {
      const [payment, other] = [paid(), paid({ periodKey: 'period:1' })];
      await writer.write([paymentRow(payment, 1), paymentRow(other, 1), refundRow(payment, 2, { state: 'succeeded' })]);
      const found = await history.findOne(payment.id);
      expect(found).toMatchObject({ id: payment.id, userId, state: 'refunded', refunds: [{ state: 'succeeded' }] });
      expect(await history.findOne(other.id)).toMatchObject({ id: other.id, state: 'succeeded', refunds: [] });
      expect(await history.findOne(randomUUID())).toBeNull();
      const unwritten = paid({ periodKey: 'period:2' });
      await writer.write([refundRow(unwritten, 1)]);
      expect(await history.findOne(unwritten.id)).toBeNull();
    });

    test('of one instant has one order, and shows no payment of another user', async () => {
      const payments = ['a', 'c', 'b'].map((letter) => paid({ id: `${letter}-${userId}`, periodKey: letter }));
      await writer.write(payments.map((payment) => paymentRow(payment, 1)));
      await writer.write([{ ...paymentRow(paid({ periodKey: 'd' }), 1), userId: randomUUID() }]);
      const listed = await history.list({ userId, limit: 10, page: 1 });
      expect(listed.map(({ id }) => id)).toEqual(['c', 'b', 'a'].map((letter) => `${letter}-${userId}`));
    });

    test('shows the refunded part of a payment, and the part that is on its way', async () => {
      const payment = paid();
      const other = paid({ periodKey: 'period:1', createdAt: noon - 1 });
      await writer.write([paymentRow(payment, 1), paymentRow(other, 1)]);
      const shown = async () => {
        const [first, second] = await history.list({ userId, limit: 10, page: 1 });
        expect(second).toMatchObject({ state: 'succeeded', detail: { refundedMinor: 0, refundingMinor: 0 } });
        return [first?.state, first?.detail['refundedMinor'], first?.detail['refundingMinor']];
      };
      expect(await shown()).toEqual(['succeeded', 0, 0]);
      const part = { id: `part-${userId}`, amount: { amountMinor: 10_000, currency: 'RUB' } };
      const rest = { id: `rest-${userId}`, amount: { amountMinor: 19_900, currency: 'RUB' } };
      let version = 1;
      const afterRefund = async (changes: Partial<Refund>) => {
        await writer.write([refundRow(payment, (version += 1), changes)]);
        return shown();
      };
      expect(await afterRefund({ ...part, state: 'requested' })).toEqual(['refunding', 0, 10_000]);
      expect(await afterRefund({ ...part, state: 'failed', retryAt: noon })).toEqual(['refunding', 0, 10_000]);
      expect(await afterRefund({ ...part, state: 'failed' })).toEqual(['succeeded', 0, 0]);
      expect(await afterRefund({ ...part, state: 'succeeded' })).toEqual(['refunded', 10_000, 0]);
      expect(await afterRefund({ ...rest, state: 'unknown' })).toEqual(['refunding', 10_000, 19_900]);
      expect(await afterRefund({ ...rest, state: 'succeeded' })).toEqual(['refunded', 29_900, 0]);
    });
  });
}
