import fc from 'fast-check';
import { type DeclineClass, declineRules } from '../../src/domain/model/decline-table.ts';
import { differenceActions, type DifferenceKind } from '../../src/domain/model/difference.ts';
import type { PublicEvent } from '../../src/domain/model/events.ts';
import { type Payment, type Refund, staffCauses } from '../../src/domain/model/payment.ts';
import type { SendRecord } from '../../src/domain/model/send-record.ts';
import type { EndCause, Subscription, Term } from '../../src/domain/model/subscription.ts';
import type { Tariff } from '../../src/domain/model/tariff.ts';
import { id, instant, orNull, secret } from './arbitrary-scalars.ts';
import { failure, followed, receiptContact } from './arbitrary-receipts.ts';

export { id, instant, secret };
export const count = fc.nat(1000);
/** Texts of others: any length, any character, halves of surrogate pairs too. */
const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ minLength: 600, maxLength: 900 }));
const money = fc.record({ amountMinor: fc.maxSafeNat(), currency: fc.constantFrom('RUB', 'USD') });
const declineClass = fc.constantFrom(...(Object.keys(declineRules) as DeclineClass[]));
const via = fc.constantFrom('response' as const, 'notification' as const, 'poll' as const, 'list' as const);
const place = fc.constantFrom('open' as const, 'watched' as const, 'closed' as const);
const cause = fc.constantFrom<EndCause>(
  'not_renewing',
  'user_canceled',
  'dunning_exhausted',
  'hard_declined',
  'method_unlinked',
  'replaced',
  'superseded',
  'payment_failed',
  'not_paid',
  'refunded',
  'charged_back',
  'contact_missing',
);

const limit = fc.integer({ min: 1 });
const anyLimits = {
  limits: fc.record({ streams: limit, devices: limit, profiles: limit, maxHeight: limit }, { requiredKeys: [] }),
};

const tariff: fc.Arbitrary<Tariff> = fc.record({
  id,
  version: fc.integer({ min: 1, max: 99 }),
  alias: fc.constantFrom('monthly', 'yearly'),
  name: fc.string({ maxLength: 100 }),
  price: money,
  period: fc.record({
    count: fc.integer({ min: 1, max: 12 }),
    unit: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
  }),
  features: fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }),
  ...anyLimits,
});

const term: fc.Arbitrary<Term> = fc.record({
  anchor: instant,
  anchorIndex: count,
  periodIndex: count,
  periodStart: instant,
  periodEnd: instant,
});

const terms = {
  id,
  tariff,
  paySystem: fc.constant('yookassa'),
  autoRenew: fc.boolean(),
  createdAt: instant,
};
const live = {
  ...terms,
  term,
  cancelAtPeriodEnd: fc.boolean(),
  held: orNull(fc.record({ reason: words, since: instant })),
  methodId: orNull(fc.constant(secret)),
  attemptsMade: count,
  extendedUntil: orNull(instant),
  previousTerm: orNull(term),
};
const dunning = fc.record({
  dueAt: instant,
  ladderStep: count,
  shortRetries: count,
  attempts: fc.array(instant, { maxLength: 5 }),
  limitedAttempts: count,
  nextAttemptAt: orNull(instant),
  lastReason: words,
  lastClass: declineClass,
});

const subscription: fc.Arbitrary<Subscription> = fc.oneof(
  fc.record({ ...terms, status: fc.constant('incomplete' as const) }),
  fc.record({ ...live, status: fc.constant('active' as const) }),
  fc.record({ ...live, status: fc.constant('past_due' as const), dunning, graceUntil: instant }),
  fc.record({
    ...terms,
    status: fc.constantFrom('expired' as const, 'canceled' as const, 'incomplete_expired' as const),
    term: orNull(term),
    endedAt: instant,
    cause,
  }),
);

const send: fc.Arbitrary<SendRecord> = fc.record({
  idempotenceKey: fc.constant(secret),
  request: fc.constant(secret),
  sends: count,
  unsent: count,
  firstSentAt: orNull(instant),
  reservedAt: orNull(instant),
  lastSentAt: orNull(instant),
  noSendBefore: orNull(instant),
  readsOnly: fc.boolean(),
  distrusted: orNull(fc.string()),
  absentSince: orNull(instant),
  nextCheckAt: orNull(instant),
  nextCheckRealAt: orNull(instant),
});

const payment: fc.Arbitrary<Payment> = fc.record({
  id,
  kind: fc.constantFrom('checkout' as const, 'charge' as const),
  subscriptionId: id,
  purchase: orNull(fc.record({ subscriptionId: id, tariff, renew: fc.boolean() })),
  paySystem: fc.constant('yookassa'),
  periodKey: fc.oneof(
    fc.constant('initial'),
    count.map((index) => `period:${index}`),
  ),
  attemptNo: count,
  amount: money,
  methodId: orNull(fc.constant(secret)),
  saveMethod: fc.boolean(),
  state: fc.constantFrom(
    'created',
    'sending',
    'requires_action',
    'pending',
    'unknown',
    'succeeded',
    'failed',
    'aborted',
  ),
  step: fc.constantFrom('pay' as const, 'capture' as const),
  send,
  providerPaymentId: orNull(id),
  confirmationUrl: orNull(fc.constant(`https://pay.example/${secret}`)),
  createdAt: instant,
  createdRealAt: instant,
  watchedBecause: fc.constantFrom(null, 'superseded' as const, 'canceled' as const),
  stuckSince: orNull(instant),
});

const refund: fc.Arbitrary<Refund> = fc.record({
  id,
  paymentId: id,
  subscriptionId: id,
  providerPaymentId: id,
  amount: money,
  reason: fc.constantFrom('late_success', 'superseded', 'canceled', 'duplicate', 'left_early', 'staff'),
  cause: fc.constantFrom(...staffCauses),
  refundNo: fc.integer({ min: 1, max: 9 }),
  attemptNo: count,
  state: fc.constantFrom('requested', 'sending', 'pending', 'unknown', 'succeeded', 'failed'),
  send,
  providerRefundId: orNull(id),
  createdAt: instant,
  createdRealAt: instant,
  firstRequestedAt: instant,
  retryAt: orNull(instant),
  earlierRefundIds: fc.array(id, { maxLength: 3 }),
  stuckSince: orNull(instant),
});

const entitlement = fc.record({
  active: fc.boolean(),
  validUntil: orNull(instant),
  graceUntil: orNull(instant),
  tariffAlias: orNull(fc.constant('monthly')),
  features: fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }),
  ...anyLimits,
  role: fc.constant('subscriber' as const),
});
const method = fc.record({
  id: fc.constant(secret),
  title: orNull(fc.oneof(words, fc.constant('Wallet 4100111222333444'))),
  last4: orNull(fc.oneof(fc.constant('4444'), words)),
  brand: orNull(words),
  savedAt: instant,
  usable: fc.boolean(),
});

const side = fc.record({ state: fc.constantFrom('succeeded', 'failed', 'pending'), amount: money });

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;
const aboutSubscription = { subscription };
const upcomingCharge = {
  ...aboutSubscription,
  ...{ noticeId: id, chargeAt: instant, amount: money, methodTitle: orNull(words) },
};
const endNotice = fc.constantFrom('grace_ending' as const, 'ending' as const);
const upcomingEnd = { ...aboutSubscription, noticeId: id, endsAt: instant };
const aboutPayment = { payment, place };
const aboutRefund = { refund, closed: fc.boolean() };

/** Fields of every public event; an event missing here does not compile. */
const fieldsOf: Readonly<Record<PublicEvent['type'], Fields>> = {
  'subscription.created': aboutSubscription,
  'subscription.activated': { ...aboutSubscription, paymentId: id },
  'subscription.activation_expired': { ...aboutSubscription, cause },
  'subscription.renewed': {
    ...aboutSubscription,
    paymentId: id,
    attemptNo: count,
    recovered: fc.boolean(),
    previousPeriodEnd: instant,
    skippedPeriods: count,
    early: fc.constant(true as const),
  },
  'subscription.past_due': {
    ...aboutSubscription,
    paymentId: id,
    reason: words,
    class: declineClass,
    nextAttemptAt: orNull(instant),
    graceUntil: instant,
  },
  'subscription.cancel_scheduled': { ...aboutSubscription, reason: orNull(words), effectiveAt: instant },
  'subscription.cancel_undone': aboutSubscription,
  'subscription.renewal_stopped': {
    ...aboutSubscription,
    ...{ cause: fc.constant('method_unlinked'), effectiveAt: instant },
  },
  'subscription.canceled': { ...aboutSubscription, voluntary: fc.boolean(), reason: orNull(words), refunded: money },
  'subscription.expired': { ...aboutSubscription, cause },
  'dunning.retry_scheduled': { ...aboutSubscription, nextAttemptAt: instant, ladderStep: count },
  'dunning.exhausted': { ...aboutSubscription, reason: words },
  'notice.renewal_upcoming': upcomingCharge,
  'notice.retry_upcoming': upcomingCharge,
  'notice.grace_ending': upcomingEnd,
  'notice.ending': upcomingEnd,
  'notice.contact_missing': upcomingCharge,
  'notice.skipped': { ...aboutSubscription, kind: endNotice, moment: instant, why: fc.constant('too_late' as const) },
  'payment.created': aboutPayment,
  'payment.requires_action': { ...aboutPayment, redirectUrl: fc.webUrl() },
  'payment.succeeded': { ...aboutPayment, via, capturedAt: instant },
  'payment.failed': {
    ...aboutPayment,
    decline: fc.record({ reason: words, party: words, class: declineClass }),
    retryable: fc.boolean(),
    nextAttemptAt: orNull(instant),
  },
  'payment.unknown': { ...aboutPayment, reason: words },
  'payment.reconciled': { ...aboutPayment, via },
  'payment.stuck': aboutPayment,
  'payment.duplicate_detected': aboutPayment,
  'payment.late_success': { ...aboutPayment, via, capturedAt: instant },
  'refund.requested': aboutRefund,
  'refund.succeeded': aboutRefund,
  'refund.failed': { ...aboutRefund, reason: words, retryAt: orNull(instant) },
  'payment_method.saved': { method, subscriptionId: id },
  'payment_method.bound': { method, bindingId: id, subscriptionId: orNull(id), isDefault: fc.boolean() },
  'payment_method.bind_failed': {
    ...{ bindingId: id, methodType: fc.constantFrom('bank_card', 'sbp') },
    reason: fc.constantFrom('unknown', 'superseded', 'method_unlinked', 'too_many_methods', 'charged_back'),
  },
  'payment_method.unlinked': { method, by: fc.constantFrom('subscriber', 'staff') },
  'payment_method.default_changed': { method, subscriptionId: id },
  'receipt.registered': { receipt: followed, closed: fc.boolean() },
  'receipt.failed': { receipt: followed, closed: fc.boolean(), reason: failure },
  'receipt_contact.changed': { contact: orNull(receiptContact), personalKey: orNull(fc.constant(secret)) },
  'entitlement.changed': { entitlement },
  'refund.recorded_external': {
    ...{ paymentId: id, subscriptionId: id, providerPaymentId: id, providerRefundId: id },
    ...{ amount: money, refundedMinor: fc.maxSafeNat(), capturedMinor: fc.maxSafeNat(), refundedAt: instant },
    by: fc.constantFrom('staff' as const),
  },
  'payment.chargeback_recorded': {
    ...{ paymentId: id, subscriptionId: id, providerPaymentId: id, amount: money },
    ...{ refundedMinor: fc.maxSafeNat(), capturedMinor: fc.maxSafeNat() },
    ...{ date: fc.constantFrom('2026-11-20', '2027-02-28'), won: orNull(fc.boolean()) },
  },
  'reconciliation.difference_found': {
    kind: fc.constantFrom(...(Object.keys(differenceActions) as DifferenceKind[])),
    subject: fc.record({ object: fc.constantFrom('payment' as const, 'refund' as const), id }),
    ours: orNull(side),
    theirs: orNull(side),
  },
  'invariant.violated': {
    rule: fc.constantFrom('provider_mismatch', 'foreign_object', 'refund_exhausted', 'contradiction'),
    subjectId: id,
    detail: words,
    expected: orNull(money),
    actual: orNull(money),
  },
};

export const factTypes = Object.keys(fieldsOf) as readonly PublicEvent['type'][];

export const factOf = (type: PublicEvent['type']): fc.Arbitrary<PublicEvent> =>
  fc.record({ ...fieldsOf[type], type: fc.constant(type) }) as fc.Arbitrary<unknown> as fc.Arbitrary<PublicEvent>;
