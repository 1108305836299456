import type { Entitlement } from '../../../domain/model/subscriber.ts';
import type { SubscriberDocument } from '../subscriber-document.ts';
import { announce } from './parts/announce.ts';
import { binding } from './parts/binding.ts';
import { command } from './parts/command.ts';
import { outboxEntry } from './parts/outbox-entry.ts';
import { capturedPayment, externalRefund, payment, savedMethod } from './parts/payment.ts';
import { followedReceipt } from './parts/receipt.ts';
import { recalled } from './parts/recalled.ts';
import { receiptContact } from './parts/receipt-contact.ts';
import { refund } from './parts/refund.ts';
import { subscription } from './parts/subscription.ts';
import { limits } from './parts/tariff.ts';
import { createCollection, createPart, optional, required } from './schema.ts';

const entitlement = createPart<Entitlement>({
  /** Whether the user may watch. */
  active: required(Boolean),
  /** Epoch milliseconds from which a reader without a newer record refuses access. */
  validUntil: optional(Number),
  /** Epoch milliseconds up to which an unpaid period keeps its access. */
  graceUntil: optional(Number),
  /** The tariff that gives the access. */
  tariffAlias: optional(String),
  /** What the user has access to. */
  features: required([String] as const),
  /** How much of it; absent without access, and where the tariff has no limits. */
  limits: optional(limits),
  /** Always `subscriber`. */
  role: required(String),
});

const chargesStopped = createPart<NonNullable<SubscriberDocument['chargesStopped']>>({
  /** The payment that the bank took back. */
  paymentId: required(String),
  /** Epoch milliseconds. */
  since: required(Number),
});

/** Everything about one user that must agree, changed by one compare-and-set. Instants are epoch milliseconds. */
export const subscribers = createCollection<SubscriberDocument>(
  'subscribers',
  {
    /** The user's id, a UUID of the authentication service. */
    _id: required(String),
    /** Grows by one with every save, from 1. */
    version: required(Number),
    /** The id of the save that wrote this version. After a lost answer it shows whether the save was applied. */
    lastSaveId: required(String),
    /** The number of the user's last event over all topics. */
    eventSeq: required(Number),
    /** The number of the user's last access record. */
    entitlementSeq: required(Number),
    /** The test clock that the first purchase bound the user to; null is real time. */
    testClockId: optional(String),
    /** The latest subscription; null before the first purchase. */
    subscription: optional(subscription),
    /** The one open payment that would be honoured. */
    payment: optional(payment),
    /** Watched payments: a success is refunded. At most eight. */
    watched: required([payment] as const),
    /** Open refunds. */
    refunds: required([refund] as const),
    /** The newest payments that were captured. */
    settled: required([capturedPayment] as const),
    /** The newest refunds that staff made in the provider's cabinet. */
    externalRefunds: optional([externalRefund] as const),
    /** Saved payment methods. */
    methods: required([savedMethod] as const),
    /** The method that the subscriber is adding without paying; absent from documents saved before this field existed. */
    binding: optional(binding),
    /** Epoch milliseconds of the pages of the last day; absent from documents saved before this field existed. */
    pagesOpenedAt: optional([Number] as const),
    /** The chargeback that stops all charges until staff allow them; absent from documents saved before this field existed. */
    chargesStopped: optional(chargesStopped),
    /** Receipts that the provider has not registered yet; absent from documents saved before this field existed. */
    receipts: optional([followedReceipt] as const),
    /** Where receipts are sent; null or absent where the user has named nothing. */
    receiptContact: optional(receiptContact),
    /** The key of the user's personal data, sealed. */
    personalKey: optional(String),
    /** The newest commands, with their outcomes. */
    commands: required([command] as const),
    /** After a restore: objects of ours at the provider that no operation has taken yet; absent from older documents. */
    recalled: optional([recalled] as const),
    /** What operators were alerted to; absent from documents saved before this field existed. */
    differences: optional([String] as const),
    /** The access record published last; null before the first. */
    entitlement: optional(entitlement),
    /** The next thing due, and the claim on its announcement. */
    announce: required(announce),
    /** What is not yet published, oldest first. */
    outbox: required([outboxEntry] as const),
  },
  [
    // For the announcing jobs: what is due of a type, in order. The claim is part of the index and filtered there.
    {
      name: 'due_business',
      key: { testClockId: 1, 'announce.business.timer.type': 1, 'announce.business.at': 1, 'announce.notBefore': 1 },
    },
    {
      name: 'due_real',
      key: { 'announce.real.timer.type': 1, 'announce.real.at': 1, 'announce.notBefore': 1 },
      partialFilterExpression: { 'announce.real.at': { $exists: true } },
    },
    // For the sweep: only the few documents whose outbox is not empty.
    {
      name: 'leftovers',
      key: { 'outbox.0.at': 1 },
      partialFilterExpression: { 'outbox.0.at': { $exists: true } },
    },
  ],
);
