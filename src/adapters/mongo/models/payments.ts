import type { ReadModelRow, WhyPaid } from '../../../application/ports/outbox.ts';
import type { ReceiptTerms } from '../../../domain/model/receipt.ts';
import type { Payment } from '../../../domain/model/payment.ts';
import { historyFields, type HistoryRow } from './history-fields.ts';
import { paymentFields } from './parts/payment.ts';
import { receiptTerms } from './parts/receipt.ts';
import { sendHistory, type SendHistory } from './parts/send-record.ts';
import { createCollection, createPart, optional, required, text } from './schema.ts';

type Message = Extract<ReadModelRow, { model: 'payments' }>;
export type PaymentRow = HistoryRow &
  Omit<Payment, 'id' | 'confirmationUrl' | 'returnUrlHash' | 'receipt' | 'send' | 'createdAt' | 'createdRealAt'> &
  Pick<Message, 'place' | 'reason' | 'method' | 'why'> & {
    readonly send: SendHistory;
    readonly receipt?: ReceiptTerms;
    readonly createdAt: Date;
    readonly createdRealAt: Date;
    readonly capturedAt: Date | null;
    readonly refunded?: boolean;
    readonly duplicate?: boolean;
    readonly kept?: boolean;
  };

const method = createPart<NonNullable<Message['method']>>({
  /** What the provider calls the method, for people. */
  title: optional(String),
  /** The last four digits of a card. */
  last4: optional(String),
  /** The card's brand; earlier versions stored none. */
  brand: optional(String),
  /** The provider's word for its kind; earlier versions stored none. */
  type: optional(String),
});

const why = createPart<WhyPaid>({
  /** What was sold. */
  tariff: required(
    createPart<WhyPaid['tariff']>({
      /** The tariff's `_id` in the catalogue. */
      id: required(String),
      /** The name by which programs know the tariff. */
      alias: required(String),
      /** The name that subscribers read. */
      name: text,
    }),
  ),
  /** The notice that announced the charge. */
  notice: optional(
    createPart<NonNullable<WhyPaid['notice']>>({
      /** The notice's id. */
      id: required(String),
      /** What it announced. */
      kind: required(String),
      /** Epoch milliseconds at which it was given. */
      at: required(Number),
    }),
  ),
  /** The period that it paid for. */
  period: optional(
    createPart<NonNullable<WhyPaid['period']>>({
      /** Epoch milliseconds. */
      start: required(Number),
      /** Epoch milliseconds. */
      end: required(Number),
      /** Epoch milliseconds at which its access was published; earlier versions stored nothing of it. */
      publishedAt: optional(Number),
    }),
  ),
});

export const oneKeptPerPeriod = 'one_kept_per_period';

/**
 * Read model: every payment as of its last change. A refund may be written before its payment: the row then has only
 * `_id`, `refunded`, `kept` and the version 0.
 */
export const payments = createCollection<PaymentRow>(
  'payments',
  {
    ...historyFields,
    ...paymentFields,
    /** What its receipt says; absent where none is made. */
    receipt: optional(receiptTerms),
    /** What was sent to the provider. */
    send: required(sendHistory),
    /** On the subscriber's clock. */
    createdAt: required(Date),
    /** In real time. */
    createdRealAt: required(Date),
    /** When the provider took the money. */
    capturedAt: optional(Date),
    /** Where the subscriber's document has it: `open` or `watched`; `closed` once it no longer has it. */
    place: required(String),
    /** Why it failed, as the provider named it. */
    reason: optional(String),
    /** The method that paid, for people. */
    method: optional(method),
    /** Why it was made; earlier versions stored nothing of it. */
    why: optional(why),
    /** Whether its money goes or went back. */
    refunded: optional(Boolean),
    /** Whether another payment was kept for its period. */
    duplicate: optional(Boolean),
    /** Whether its money pays for its period: succeeded, not refunded, no duplicate. */
    kept: optional(Boolean),
  },
  [
    // The last guard of invariant 1: a second kept payment of a period is refused.
    {
      name: oneKeptPerPeriod,
      key: { userId: 1, subscriptionId: 1, periodKey: 1 },
      unique: true,
      partialFilterExpression: { kept: true },
    },
    { name: 'history', key: { userId: 1, createdAt: -1, _id: -1 } },
    // Support searches by the provider's id.
    // For staff: only the few that are unknown, the oldest first.
    { name: 'unknown', key: { createdRealAt: 1, _id: 1 }, partialFilterExpression: { state: 'unknown' } },
    // For staff: only the few that operators were alerted of, ended ones among them.
    { name: 'stuck', key: { createdRealAt: 1, _id: 1 }, partialFilterExpression: { stuckSince: { $gt: 0 } } },
    { name: 'provider_payment', key: { providerPaymentId: 1 }, sparse: true },
    // For the comparison with the provider's books: what succeeded in a window.
    { name: 'succeeded', key: { createdRealAt: 1 }, partialFilterExpression: { state: 'succeeded' } },
  ],
);
