import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Books } from '../../src/application/ports/books.ts';
import type { HistoryWriter, ReadModelRow } from '../../src/application/ports/outbox.ts';
import type { ReconciliationWalks, Walk } from '../../src/application/ports/reconciliation-walks.ts';
import { externalRefund } from '../../src/application/outbox/external-refund.ts';
import { hourMs } from '../../src/domain/model/instant.ts';
import type { Payment } from '../../src/domain/model/payment.ts';
import { noon, samplePayment, sampleRefund } from './samples.ts';

type Harness = { readonly writer: HistoryWriter; readonly books: Books; readonly walks: ReconciliationWalks };

export function booksSuite(name: string, open: () => Promise<Harness>): void {
  describe(`${name}: books for the comparison`, () => {
    let harness: Harness;
    let userId: string;
    beforeEach(async () => {
      harness = await open();
      userId = randomUUID();
    });

    async function write(changes: Partial<Payment> = {}): Promise<Payment> {
      const row = samplePayment({ providerPaymentId: randomUUID(), subscriptionId: randomUUID(), ...changes });
      const common = { userId, version: 1, at: noon, model: 'payments' as const, id: row.id, row };
      const rest = { place: 'closed' as const, reason: null, capturedAt: noon, method: null };
      await harness.writer.write([{ ...common, ...rest }]);
      return row;
    }
    const adopted = (payment: Payment, refundedMinor: number): ReadModelRow => {
      const named = { paymentId: payment.id, subscriptionId: payment.subscriptionId, providerRefundId: randomUUID() };
      const money = { amount: { amountMinor: 100, currency: 'RUB' }, refundedMinor, capturedMinor: 29_900 };
      const providerPaymentId = payment.providerPaymentId ?? '';
      const event = {
        type: 'refund.recorded_external',
        ...named,
        ...money,
        providerPaymentId,
        refundedAt: noon,
      } as const;
      return { userId, version: 2, at: noon, ...externalRefund(event) };
    };

    test('a payment is found by our id and by that of the provider, with its owner', async () => {
      const [one, other] = [await write(), await write()];
      const wanted = { ids: [one.id, 'nobody-has-it'], providerIds: [other.providerPaymentId ?? ''] };
      const found = await harness.books.findPayments(wanted);
      expect(found.map(({ paymentId }) => paymentId).toSorted()).toEqual([one.id, other.id].toSorted());
      expect(found[0]).toMatchObject({
        userId,
        state: 'succeeded',
        capturedAt: noon,
        isRefunded: false,
        isDuplicate: false,
      });
      expect(await harness.books.findPayments({ ids: [], providerIds: [] })).toEqual([]);
    });

    test('a second kept payment of a period is a duplicate', async () => {
      const first = await write();
      const second = await write({ subscriptionId: first.subscriptionId });
      expect(await harness.books.findPayments({ ids: [second.id], providerIds: [] })).toMatchObject([
        { isDuplicate: true },
      ]);
    });

    test('a refund is found by the id of the provider, and every refund of a payment by either id of the payment', async () => {
      const payment = await write();
      const row = { ...sampleRefund(payment.id), providerRefundId: randomUUID(), providerPaymentId: randomUUID() };
      await harness.writer.write([{ userId, version: 2, at: noon, model: 'refunds', id: row.id, row }]);
      const byId = { providerIds: [row.providerRefundId], paymentIds: [] };
      const byPayment = { providerIds: [], paymentIds: [payment.id] };
      const byName = { providerIds: [], paymentIds: [], providerPaymentIds: [row.providerPaymentId] };
      for (const wanted of [byId, byPayment, byName])
        expect(await harness.books.findRefunds(wanted)).toMatchObject([
          { refundId: row.id, userId, state: 'requested', providerPaymentId: row.providerPaymentId },
        ]);
      expect(await harness.books.findRefunds({ providerIds: [], paymentIds: [] })).toEqual([]);
    });

    test('a refund of the cabinet is found; one of a part leaves the payment its period, one of all does not', async () => {
      const payment = await write();
      const part = adopted(payment, 100);
      await harness.writer.write([part]);
      const wanted = { ids: [payment.id], providerIds: [] };
      expect(await harness.books.findPayments(wanted)).toMatchObject([{ isRefunded: false }]);
      expect(await harness.books.findRefunds({ providerIds: [part.id], paymentIds: [] })).toMatchObject([
        { refundId: part.id, providerRefundId: part.id, state: 'succeeded', paymentId: payment.id },
      ]);
      await harness.writer.write([adopted(payment, 29_900)]);
      expect(await harness.books.findPayments(wanted)).toMatchObject([{ isRefunded: true }]);
    });

    test('what succeeded in a window is listed, its begin included and its end not', async () => {
      const at = Date.UTC(2020, 0, 1) + Math.floor(Math.random() * 1e9);
      const inside = await write({ createdRealAt: at });
      await write({ createdRealAt: at + hourMs });
      await write({ createdRealAt: at + 1, state: 'failed' });
      const listed = await harness.books.listSucceeded({ object: 'payment', from: at, to: at + hourMs });
      expect(listed).toEqual([{ id: inside.id, userId, providerId: inside.providerPaymentId }]);
      expect(await harness.books.listSucceeded({ object: 'refund', from: at, to: at + hourMs })).toEqual([]);
    });

    test('a walk is kept as it was saved last', async () => {
      const walkName = `walk-${userId}`;
      const summary = { pages: 1, payments: 2, refunds: 3, unreadable: 0, differences: { foreign: 1 } };
      const times = { from: noon, to: noon + 2, at: noon + 1, startedAt: noon + 3, movedAt: noon + 4 };
      const left = { from: noon, to: noon + 1, comparedAt: noon };
      const open: Walk['open'] = [
        { ...left, differences: { absent_there: 2 } },
        { ...left, differences: {}, unreadSince: noon - 1 },
      ];
      const walk: Walk = { name: walkName, sliceMs: 1, ...times, summary, open, alerted: ['one'] };
      expect(await harness.walks.load(walkName)).toBeNull();
      await harness.walks.save({ ...walk, at: noon });
      await harness.walks.save(walk);
      expect(await harness.walks.load(walkName)).toEqual(walk);
    });
  });
}
