import type { Binding, BindFailure } from './binding.ts';
import type { CommandEntry, CommandOutcome } from './command.ts';
import type { DeclineClass } from './decline-table.ts';
import type { Difference } from './difference.ts';
import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { EndNoticeKind } from './notice.ts';
import type { CapturedPayment, Decline, LateCause, PaidWith, Payment, Refund, SavedMethod } from './payment.ts';
import type { BindableType } from './provider.ts';
import type { Recalled } from './recalled.ts';
import type { FollowedReceipt, ReceiptFailure } from './receipt.ts';
import type { ReceiptContact } from './receipt-contact.ts';
import type { EndCause, Hold, Subscription } from './subscription.ts';
import type { Entitlement, Subscriber } from './subscriber.ts';

/** Where the document holds a payment after the event; `closed` removes it. */
export type PaymentPlace = 'open' | 'watched' | 'closed';
/** Where the provider's object came from. */
export type Via = 'response' | 'notification' | 'poll' | 'list';

/** The events of a table: each type with its own fields and the fields common to the table. */
type EventsOf<Table, Common = unknown> = {
  readonly [Type in keyof Table]: { readonly type: Type } & Common & Readonly<Table[Type]>;
}[keyof Table];
type NothingElse = unknown;

/** Each carries the subscription after the change. */
type SubscriptionFact = { readonly subscription: Subscription };
/** What a notice of a charge, or of an end, says. */
type UpcomingCharge = { noticeId: string; chargeAt: Instant; amount: Money; methodTitle: string | null };
type UpcomingEnd = { noticeId: string; endsAt: Instant };
type SubscriptionFacts = {
  'subscription.created': NothingElse;
  'subscription.activated': { paymentId: string };
  'subscription.activation_expired': { cause: EndCause };
  'subscription.renewed': {
    paymentId: string;
    attemptNo: number;
    recovered: boolean;
    previousPeriodEnd: Instant;
    skippedPeriods: number;
    /** It was paid before its begin, because the subscriber asked for that. */
    early?: true;
  };
  'subscription.past_due': {
    paymentId: string;
    reason: string;
    class: DeclineClass;
    nextAttemptAt: Instant | null;
    graceUntil: Instant;
  };
  'subscription.cancel_scheduled': { reason: string | null; effectiveAt: Instant };
  'subscription.cancel_undone': NothingElse;
  'subscription.renewal_stopped': { cause: 'method_unlinked'; effectiveAt: Instant };
  'subscription.canceled': {
    voluntary: boolean;
    reason: string | null;
    /** What of the unused part goes back; zero where it is too little. Absent: none was asked for. */
    refunded?: Money;
  };
  'subscription.expired': { cause: EndCause };
  'dunning.retry_scheduled': { nextAttemptAt: Instant; ladderStep: number };
  'dunning.exhausted': { reason: string };
  'notice.renewal_upcoming': UpcomingCharge;
  'notice.retry_upcoming': UpcomingCharge;
  'notice.grace_ending': UpcomingEnd;
  'notice.ending': UpcomingEnd;
  'notice.contact_missing': Omit<UpcomingCharge, 'methodTitle'>;
  /** It was due and is true no more, so it is not given. */
  'notice.skipped': { kind: EndNoticeKind; moment: Instant; why: 'too_late' };
};

/** Each carries the payment after the change, and its place. */
type PaymentFact = { readonly payment: Payment; readonly place: PaymentPlace };
type PaymentFacts = {
  'payment.created': NothingElse;
  'payment.requires_action': { redirectUrl: string };
  /** `paidWith` is saved or not; null where the provider does not show it. */
  'payment.succeeded': { via: Via; capturedAt: Instant; paidWith: PaidWith | null };
  'payment.failed': { decline: Decline; retryable: boolean; nextAttemptAt: Instant | null };
  'payment.unknown': { reason: string };
  'payment.reconciled': { via: Via };
  'payment.stuck': NothingElse;
  'payment.duplicate_detected': NothingElse;
  'payment.late_success': { via: Via; capturedAt: Instant };
};

/** Each carries the refund after the change; `closed` removes it from the document. */
type RefundFact = { readonly refund: Refund; readonly closed: boolean };
type RefundFacts = {
  'refund.requested': NothingElse;
  'refund.succeeded': NothingElse;
  'refund.failed': { reason: string; retryAt: Instant | null };
};

/** Each carries the receipt after the change; `closed` removes it from the document. */
type ReceiptFact = { receipt: FollowedReceipt; closed: boolean };

type OtherFacts = {
  'receipt.registered': ReceiptFact;
  'receipt.failed': ReceiptFact & { reason: ReceiptFailure };
  'payment_method.saved': { method: SavedMethod; subscriptionId: string };
  /** A method was added without paying. `isDefault`: renewals charge it, because no other could be charged. */
  'payment_method.bound': { bindingId: string; method: SavedMethod; subscriptionId: string | null; isDefault: boolean };
  'payment_method.bind_failed': { bindingId: string; methodType: BindableType; reason: BindFailure };
  'payment_method.unlinked': { method: SavedMethod; by: 'subscriber' | 'staff' };
  /** The subscription that it pays carries it since. */
  'payment_method.default_changed': { method: SavedMethod; subscriptionId: string };
  /** The contact as it is now; null where it was taken back. */
  'receipt_contact.changed': { contact: ReceiptContact | null; personalKey: string | null };
  'entitlement.changed': { entitlement: Entitlement };
  /** A refund that was made outside of the service: in the provider's cabinet, or by staff past the provider. */
  'refund.recorded_external': {
    paymentId: string;
    subscriptionId: string;
    providerPaymentId: string;
    providerRefundId: string;
    amount: Money;
    /** Of the payment, this refund included. */
    refundedMinor: number;
    capturedMinor: number;
    refundedAt: Instant;
    /** Absent: in the cabinet. Otherwise `providerRefundId` is a name of ours. */
    by?: 'staff';
  };
  /** The bank took the payment back, in full or in part. */
  'payment.chargeback_recorded': {
    paymentId: string;
    subscriptionId: string;
    providerPaymentId: string;
    amount: Money;
    /** Of the payment, this chargeback included, unless it was won. */
    refundedMinor: number;
    capturedMinor: number;
    /** The day that the bank names. */
    date: string;
    /** Null while the bank has not decided. */
    won: boolean | null;
  };
  'reconciliation.difference_found': Difference;
  'invariant.violated': {
    rule: 'provider_mismatch' | 'foreign_object' | 'refund_exhausted' | 'contradiction';
    subjectId: string;
    detail: string;
    expected: Money | null;
    actual: Money | null;
  };
};

export type StaffAct = {
  readonly commandId: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly reason: string;
};

/** What a subscriber says to staff, sealed; the audit keeps it. */
type Comment = StaffAct & { readonly comment: string };

/** Changes of state that are saved and never published. */
type InternalChanges = {
  'subscription.tracked': SubscriptionFact;
  /** Operators are alerted of the hold, which is as it was before. */
  'hold.alarmed': SubscriptionFact & { held: Hold };
  'payment.tracked': PaymentFact;
  'refund.tracked': RefundFact;
  /** Operators are alerted of the refund, which is as it was before. */
  'refund.alarmed': RefundFact & { cause: LateCause };
  'receipt.tracked': ReceiptFact;
  'binding.tracked': { binding: Binding };
  'method.disabled': { methodId: string };
  /** `isOld`: of a payment that the document had forgotten, and forgets again before those of later payments. */
  'capture.recorded': { capture: CapturedPayment; isOld?: boolean };
  'capture.refunded': { paymentId: string; refundedMinor: number; refundsMade: number; requestedMinor: number };
  'charges.stopped': Pick<Subscriber, 'chargesStopped'>;
  'clock.bound': { testClockId: string };
  'command.received': { entry: CommandEntry };
  'command.resolved': { commandId: string; outcome: CommandOutcome };
  /** A person has decided about an object of the provider that contradicts our books: it is no news any more. */
  'contradiction.resolved': { subjectId: string };
  /** What is left of it after the event. */
  'recalled.changed': { recalled: readonly Recalled[] };
  /** A member of staff ordered it. The audit keeps it with the state before and after. */
  'staff.acted': StaffAct;
  'subscriber.commented': Comment;
};

export type SubscriptionEvent = EventsOf<SubscriptionFacts, SubscriptionFact>;
export type PaymentEvent = EventsOf<PaymentFacts, PaymentFact>;
export type MoneyBackEvent = EventsOf<RefundFacts, RefundFact>;
export type OtherPublicEvent = EventsOf<OtherFacts>;
export type PublicEvent = SubscriptionEvent | PaymentEvent | MoneyBackEvent | OtherPublicEvent;
type InternalEvent = EventsOf<InternalChanges>;
export type DomainEvent = PublicEvent | InternalEvent;

const isInternal: Readonly<Record<string, true | undefined>> = {
  'subscription.tracked': true,
  'payment.tracked': true,
  'refund.tracked': true,
  'refund.alarmed': true,
  'receipt.tracked': true,
  'binding.tracked': true,
  'method.disabled': true,
  'capture.recorded': true,
  'capture.refunded': true,
  'charges.stopped': true,
  'clock.bound': true,
  'command.received': true,
  'command.resolved': true,
  'hold.alarmed': true,
  'contradiction.resolved': true,
  'recalled.changed': true,
  'staff.acted': true,
  'subscriber.commented': true,
} satisfies Record<InternalEvent['type'], true>;

export const isPublic = (event: DomainEvent): event is PublicEvent => isInternal[event.type] !== true;
