import type {
  CapturedPayment,
  ExternalRefund,
  Payment,
  Purchase,
  SavedMethod,
} from '../../../../domain/model/payment.ts';
import { consent } from './consent.ts';
import { receipt } from './receipt.ts';
import { createPart, type Fields, optional, required } from '../schema.ts';
import { sendRecord } from './send-record.ts';
import { money, tariff } from './tariff.ts';

const purchase = createPart<Purchase>({
  /** The subscription that begins when the page is paid. */
  subscriptionId: required(String),
  /** What the page sells, pinned. */
  tariff: required(tariff),
  /** Whether the subscription is to renew by itself. */
  renew: required(Boolean),
});

/** The fields that the subscriber's document and the read model share. */
export const paymentFields: Fields<
  Omit<Payment, 'id' | 'send' | 'confirmationUrl' | 'returnUrlHash' | 'receipt' | 'createdAt' | 'createdRealAt'>
> = {
  /** `checkout` is a page of the provider, `charge` a saved method. */
  kind: required(String),
  /** The subscription that the payment is for. */
  subscriptionId: required(String),
  /** What a page sells; null when the payment is for a period of a subscription that exists. */
  purchase: optional(purchase),
  /** The alias of the pay system. */
  paySystem: required(String),
  /** The period paid for: `initial` or `period:{number}`. */
  periodKey: required(String),
  /** The number of the attempt for that period, from 1. */
  attemptNo: required(Number),
  /** What is asked for. */
  amount: required(money),
  /** The provider's id of the charged method; null on a page. */
  methodId: optional(String),
  /** Whether the page was asked to save the method. */
  saveMethod: required(Boolean),
  /** The payment's state, as the domain names it. */
  state: required(String),
  /** `capture` once the provider reported an authorization that is captured with a key of its own. */
  step: required(String),
  /** The provider's id of the payment; null until an answer contained it. */
  providerPaymentId: optional(String),
  /** Why its money would be given back; set exactly while the payment is watched. */
  watchedBecause: optional(String),
  /** Epoch milliseconds at which an operator was alerted. */
  stuckSince: optional(Number),
  /** What a charge is made under, or what the payment of a page brings. */
  consent: optional(consent),
  /** The notice that announced the charge. */
  noticeId: optional(String),
};

export const payment = createPart<Payment>({
  /** The payment's id, a UUID of ours. */
  id: required(String),
  ...paymentFields,
  /** What was sent to the provider. */
  send: required(sendRecord),
  /** The page on which the subscriber pays. */
  confirmationUrl: optional(String),
  /** Its receipt; absent where none is made. */
  receipt: optional(receipt),
  /** SHA-256 of the page's return address; absent from payments saved before this field existed. */
  returnUrlHash: optional(String),
  /** Epoch milliseconds, on the subscriber's clock. */
  createdAt: required(Number),
  /** Epoch milliseconds, real time. */
  createdRealAt: required(Number),
});

export const capturedPayment = createPart<CapturedPayment>({
  /** The payment's id. */
  paymentId: required(String),
  /** The subscription that was paid for. */
  subscriptionId: required(String),
  /** The period that was paid for. */
  periodKey: required(String),
  /** The provider's id of the payment. */
  providerPaymentId: required(String),
  /** `checkout` or `charge`. */
  kind: required(String),
  /** The number of the attempt for the period. */
  attemptNo: required(Number),
  /** Epoch milliseconds of the first reservation, real time. */
  reservedAt: required(Number),
  /** ISO 4217 code of both amounts. */
  currency: required(String),
  /** The saved method that was charged; null for a page, and absent from earlier versions. */
  methodId: optional(String),
  /** Minor units that were captured. */
  capturedMinor: required(Number),
  /** Minor units in succeeded or open refunds; never above `capturedMinor`. */
  refundedMinor: required(Number),
  /** How many refunds of it we have made; earlier versions saved none. */
  refundsMade: optional(Number),
  /** Minor units that these refunds add up to; earlier versions saved none. */
  requestedMinor: optional(Number),
  /** The receipt of the payment. */
  receipt: optional(receipt),
});

export const externalRefund = createPart<ExternalRefund>({
  /** The id of the payment, ours. */
  paymentId: required(String),
  /** The provider's id of the refund. */
  providerRefundId: required(String),
  /** Minor units that went back. */
  amountMinor: required(Number),
  /** Minor units that were captured by the payment. */
  capturedMinor: required(Number),
});

export const savedMethod = createPart<SavedMethod>({
  /** The provider's id of the method. */
  id: required(String),
  /** What the provider calls it, for people. */
  title: optional(String),
  /** The last four digits of a card. */
  last4: optional(String),
  /** The card's brand. */
  brand: optional(String),
  /** Epoch milliseconds at which it was saved. */
  savedAt: required(Number),
  /** The provider's word for its kind; earlier versions saved none. */
  type: optional(String),
  /** The month in which a card expires, such as `2028-04`; earlier versions saved none. */
  expiry: optional(String),
  /** The bank of an account that is linked by SBP. */
  bankId: optional(String),
  /** False after a hard decline, and once it is unlinked. */
  usable: required(Boolean),
  /** Epoch milliseconds at which the subscriber unlinked it. */
  unlinkedAt: optional(Number),
});
