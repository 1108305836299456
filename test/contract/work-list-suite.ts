import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HistoryWriter, ReadModelRow } from '../../src/application/ports/outbox.ts';
import type { WorkList, WorkState } from '../../src/application/ports/work-list.ts';
import { noon, samplePayment, sampleRefund, sampleSubscription } from './samples.ts';

export function workListSuite(
  name: string,
  open: () => Promise<{ readonly writer: HistoryWriter; readonly workList: WorkList }>,
): void {
  describe(`${name}: what waits for a person`, () => {
    let parts: { readonly writer: HistoryWriter; readonly workList: WorkList };
    const userId = randomUUID();
    beforeEach(async () => {
      parts = await open();
    });

    const about = { userId, version: 1, at: noon };
    const paymentRow = (changes: Parameters<typeof samplePayment>[0]): ReadModelRow => {
      const row = samplePayment({ subscriptionId: randomUUID(), ...changes });
      const rest = { place: 'open', reason: null, capturedAt: null, method: null } as const;
      return { ...about, ...rest, model: 'payments', id: row.id, row };
    };
    const refundRow = (changes: Partial<ReturnType<typeof sampleRefund>>) => {
      const row = { ...sampleRefund(randomUUID()), ...changes };
      return { ...about, model: 'refunds' as const, id: row.id, row };
    };
    const heldRow = (since: number | null): ReadModelRow => {
      const id = randomUUID();
      const term = { anchor: noon, anchorIndex: 0, periodIndex: 0, periodStart: noon, periodEnd: noon + 1 };
      const held = since === null ? null : { reason: 'r', since };
      const live = {
        cancelAtPeriodEnd: false,
        methodId: null,
        attemptsMade: 0,
        extendedUntil: null,
        previousTerm: null,
      };
      const row = { ...sampleSubscription(id), ...live, status: 'active' as const, term, held };
      return { ...about, model: 'subscriptions', id, row };
    };
    const pages = async (state: WorkState, limit = 2) => {
      const first = await parts.workList({ state, after: null, limit });
      const last = first.at(-1);
      const second = last === undefined ? [] : await parts.workList({ state, after: last, limit });
      return [first, second].map((page) => page.map(({ id }) => id));
    };

    test('held subscriptions, the oldest hold first, page by page', async () => {
      const rows = [heldRow(noon + 2), heldRow(noon), heldRow(null), heldRow(noon + 1)];
      await parts.writer.write(rows);
      expect(await pages('held')).toEqual([[rows[1]?.id, rows[3]?.id], [rows[0]?.id]]);
      expect(await parts.workList({ state: 'held', after: null, limit: 1 })).toEqual([
        { userId, kind: 'subscription', id: rows[1]?.id, since: noon },
      ]);
    });

    test('unknown payments and refunds, and those without an end that operators were alerted of', async () => {
      const rows = [
        paymentRow({ state: 'unknown', createdRealAt: noon + 1, stuckSince: noon + 9 }),
        refundRow({ state: 'unknown', createdRealAt: noon }),
        paymentRow({ state: 'unknown', createdRealAt: noon + 2 }),
        paymentRow({ state: 'failed', stuckSince: noon }),
        refundRow({ state: 'succeeded' }),
        refundRow({ state: 'pending', createdRealAt: noon + 3, stuckSince: noon + 9 }),
        paymentRow({ state: 'pending', createdRealAt: noon + 4 }),
        paymentRow({ state: 'requires_action', createdRealAt: noon + 5, stuckSince: noon + 9 }),
        refundRow({ state: 'requested', stuckSince: noon }),
      ];
      await parts.writer.write(rows);
      expect(await pages('unknown')).toEqual([[rows[1]?.id, rows[0]?.id], [rows[2]?.id]]);
      expect(await pages('stuck')).toEqual([[rows[0]?.id, rows[5]?.id], [rows[7]?.id]]);
    });

    test('late refunds while they are open, the oldest request first', async () => {
      const lateRow = (lateSince: number): ReadModelRow => ({ ...refundRow({ state: 'failed' }), lateSince });
      const rows = [lateRow(noon + 2), lateRow(noon), refundRow({ state: 'failed' }), lateRow(noon + 1)];
      await parts.writer.write(rows);
      expect(await pages('refund_late')).toEqual([[rows[1]?.id, rows[3]?.id], [rows[0]?.id]]);
      expect(await parts.workList({ state: 'refund_late', after: null, limit: 1 })).toEqual([
        { userId, kind: 'refund', id: rows[1]?.id, since: noon },
      ]);
      await parts.writer.write([{ ...refundRow({ state: 'succeeded' }), id: rows[1]?.id ?? '', version: 2 }]);
      expect(await pages('refund_late')).toEqual([[rows[3]?.id, rows[0]?.id], []]);
    });

    test('receipts that failed, the oldest money first', async () => {
      const receiptRow = (since: number, state: 'failed' | 'registered'): ReadModelRow => {
        const id = randomUUID();
        const row = {
          ...{ kind: 'payment' as const, id, paymentId: id, subscriptionId: 's', providerObjectId: 'p' },
          ...{ vatCode: 11, since, failed: state === 'failed' ? ('late' as const) : null, state },
        };
        return { ...about, model: 'receipts', id, row };
      };
      const rows = [receiptRow(noon + 2, 'failed'), receiptRow(noon, 'failed'), receiptRow(noon + 1, 'registered')];
      await parts.writer.write(rows);
      expect(await pages('receipt_failed', 1)).toEqual([[rows[1]?.id], [rows[0]?.id]]);
    });
  });
}
