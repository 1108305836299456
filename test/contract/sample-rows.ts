import type { ReadModelRow } from '../../src/application/ports/outbox.ts';
import type { Payment, Refund } from '../../src/domain/model/payment.ts';
import { noon, samplePayment, sampleRefund } from './samples.ts';

type Receipt = Extract<ReadModelRow, { model: 'receipts' }>['row'];
type PaymentRow = Extract<ReadModelRow, { model: 'payments' }>;

/** Rows of read models of a user, who is another one in each test. */
export const rowsOf = (userId: () => string) => ({
  paid: (changes: Partial<Payment> = {}) => samplePayment({ subscriptionId: `s-${userId()}`, ...changes }),
  paymentRow: (row: Payment, version: number, place: PaymentRow['place'] = 'closed'): PaymentRow => ({
    ...{ userId: userId(), version, at: noon, model: 'payments', id: row.id, row, place },
    ...{ reason: null, capturedAt: noon, method: { title: 'Bank card *4444', last4: '4444' } },
  }),
  refundRow: ({ id }: Payment, version: number, changes: Partial<Refund> = {}): ReadModelRow => {
    const row = { ...sampleRefund(id), ...changes };
    return { userId: userId(), version, at: noon, model: 'refunds', id: row.id, row };
  },
  receiptRow: (kind: Receipt['kind'], id: string, paymentId: string, state: Receipt['state']): ReadModelRow => ({
    ...{ userId: userId(), version: 1, at: noon, model: 'receipts', id },
    row: {
      ...{ kind, id, paymentId, state, subscriptionId: 's', providerObjectId: 'p', vatCode: 1, since: noon },
      failed: null,
    },
  }),
});
