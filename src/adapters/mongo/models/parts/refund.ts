import type { Refund } from '../../../../domain/model/payment.ts';
import { receipt } from './receipt.ts';
import { createPart, type Fields, optional, required } from '../schema.ts';
import { sendRecord } from './send-record.ts';
import { money } from './tariff.ts';

/** The fields that the subscriber's document and the read model share. */
export const refundFields: Fields<Omit<Refund, 'id' | 'send' | 'receipt' | 'createdAt' | 'createdRealAt'>> = {
  /** The payment whose money goes back. */
  paymentId: required(String),
  /** The subscription that the payment was for. */
  subscriptionId: required(String),
  /** The provider's id of the payment. */
  providerPaymentId: required(String),
  /** What goes back. */
  amount: required(money),
  /** Why it goes back, as the domain names it. */
  reason: required(String),
  /** Why staff ordered it; absent where they did not. */
  cause: optional(String),
  /** The number among the refunds of its payment, from 1; earlier versions made one at most and saved none. */
  refundNo: optional(Number),
  /** The number of the refund whose withheld rest it gives back, after a chargeback; absent where it gives back no rest. */
  restOf: optional(Number),
  /** Staff gave the money of the refund back by other means, and the refund has ended by it. Absent otherwise. */
  paidOtherwise: optional(Boolean),
  /** The number of the attempt, from 1; each has a key of its own. */
  attemptNo: required(Number),
  /** The refund's state, as the domain names it. */
  state: required(String),
  /** The provider's id of the current attempt; null until an answer contained it. */
  providerRefundId: optional(String),
  /** The provider's ids of the attempts before. */
  earlierRefundIds: required([String] as const),
  /** Epoch milliseconds of the first request over all attempts. */
  firstRequestedAt: required(Number),
  /** Epoch milliseconds at which a failed refund is asked for again. */
  retryAt: optional(Number),
  /** Epoch milliseconds at which an operator was alerted. */
  stuckSince: optional(Number),
  /** Epoch milliseconds at which operators were alerted that it is late. */
  alarmedAt: optional(Number),
};

export const refund = createPart<Refund>({
  /** The refund's id, a UUID of ours. */
  id: required(String),
  ...refundFields,
  /** Its receipt; absent where none is made. */
  receipt: optional(receipt),
  /** What was sent to the provider. */
  send: required(sendRecord),
  /** Epoch milliseconds, on the subscriber's clock. */
  createdAt: required(Number),
  /** Epoch milliseconds, real time. */
  createdRealAt: required(Number),
});
