import type { Instant } from '../model/instant.ts';
import type { TimerDefinition } from './definition.ts';

type ReceiptCheckDue = { readonly type: 'receipt.check_due'; readonly subjectId: string; readonly dueAt: Instant };

/** `receipt.check_due`: the provider is asked whether the receipt of a payment or refund is registered. */
export const receiptCheckDue: TimerDefinition<ReceiptCheckDue> = {
  id: ({ subjectId, dueAt }) => `receipt-check-due:${subjectId}:${dueAt}`,
  dues: ({ receipts }) => ({
    business: receipts.map(({ id: subjectId, nextReadAt: dueAt }) => ({
      at: dueAt,
      timer: { type: 'receipt.check_due', subjectId, dueAt },
    })),
    real: [],
  }),
  receiptOf: ({ subjectId }) => subjectId,
};
