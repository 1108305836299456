import type { CommandEntry, CommandOutcome } from './command.ts';
import type { DeclineClass } from './decline-table.ts';
import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { Decline, Payment, Refund, SavedMethod, Settled } from './payment.ts';
import type { EndCause, Subscription } from './subscription.ts';
import type { Entitlement } from './subscriber.ts';

/** Where a payment stands in the document after the event. */
export type PaymentPlace = 'open' | 'watched' | 'closed';
/** How we learned what the provider did. */
export type Via = 'response' | 'notification' | 'poll' | 'list';

type SubscriptionFact = { readonly subscription: Subscription };
type PaymentFact = { readonly payment: Payment; readonly place: PaymentPlace };
type RefundFact = { readonly refund: Refund; readonly closed: boolean };

/** Facts about subscriptions; each carries the subscription after the change. */
export type SubscriptionEvent =
  | (SubscriptionFact & { readonly type: 'subscription.created' })
  | (SubscriptionFact & { readonly type: 'subscription.activated'; readonly paymentId: string })
  | (SubscriptionFact & { readonly type: 'subscription.activation_expired'; readonly cause: EndCause })
  | (SubscriptionFact & {
      readonly type: 'subscription.renewed';
      readonly paymentId: string;
      readonly attemptNo: number;
      readonly recovered: boolean;
      readonly previousPeriodEnd: Instant;
    })
  | (SubscriptionFact & {
      readonly type: 'subscription.past_due';
      readonly paymentId: string;
      readonly reason: string;
      readonly class: DeclineClass;
      readonly nextAttemptAt: Instant | null;
      readonly graceUntil: Instant;
    })
  | (SubscriptionFact & {
      readonly type: 'subscription.cancel_scheduled';
      readonly reason: string | null;
      readonly effectiveAt: Instant;
    })
  | (SubscriptionFact & {
      readonly type: 'subscription.canceled';
      readonly voluntary: boolean;
      readonly reason: string | null;
    })
  | (SubscriptionFact & { readonly type: 'subscription.expired'; readonly cause: EndCause });

/** Facts about money; each carries the payment or refund after the change. */
export type PaymentEvent =
  | (PaymentFact & { readonly type: 'payment.created' })
  | (PaymentFact & { readonly type: 'payment.requires_action'; readonly redirectUrl: string })
  | (PaymentFact & { readonly type: 'payment.succeeded'; readonly via: Via; readonly capturedAt: Instant })
  | (PaymentFact & {
      readonly type: 'payment.failed';
      readonly decline: Decline;
      readonly retryable: boolean;
      readonly nextAttemptAt: Instant | null;
    })
  | (PaymentFact & { readonly type: 'payment.unknown'; readonly reason: string })
  | (PaymentFact & { readonly type: 'payment.reconciled'; readonly via: Via })
  | (PaymentFact & { readonly type: 'payment.stuck' })
  | (PaymentFact & { readonly type: 'payment.duplicate_detected' })
  | (PaymentFact & { readonly type: 'payment.late_success'; readonly via: Via; readonly capturedAt: Instant });

export type DunningEvent =
  | (SubscriptionFact & {
      readonly type: 'dunning.retry_scheduled';
      readonly nextAttemptAt: Instant;
      readonly ladderStep: number;
    })
  | (SubscriptionFact & { readonly type: 'dunning.exhausted'; readonly reason: string });

export type MoneyBackEvent =
  | (RefundFact & { readonly type: 'refund.requested' })
  | (RefundFact & { readonly type: 'refund.succeeded' })
  | (RefundFact & { readonly type: 'refund.failed'; readonly reason: string; readonly retryAt: Instant | null });

export type OtherPublicEvent =
  | { readonly type: 'payment_method.saved'; readonly method: SavedMethod; readonly subscriptionId: string }
  | { readonly type: 'entitlement.changed'; readonly entitlement: Entitlement }
  | {
      readonly type: 'invariant.violated';
      readonly rule: 'provider_mismatch' | 'foreign_object' | 'refund_exhausted' | 'contradiction';
      readonly subjectId: string;
      readonly detail: string;
      readonly expected: Money | null;
      readonly actual: Money | null;
    };

/** Changes of state that nobody outside needs to hear of: saved, never published. */
export type InternalEvent =
  | (SubscriptionFact & { readonly type: 'subscription.tracked' })
  | (PaymentFact & { readonly type: 'payment.tracked' })
  | (RefundFact & { readonly type: 'refund.tracked' })
  | { readonly type: 'method.disabled'; readonly methodId: string }
  | { readonly type: 'settlement.recorded'; readonly settled: Settled }
  | { readonly type: 'settlement.refunded'; readonly paymentId: string; readonly refundedMinor: number }
  | { readonly type: 'clock.bound'; readonly testClockId: string }
  | { readonly type: 'command.received'; readonly entry: CommandEntry }
  | { readonly type: 'command.resolved'; readonly commandId: string; readonly outcome: CommandOutcome };

export type PublicEvent = SubscriptionEvent | PaymentEvent | DunningEvent | MoneyBackEvent | OtherPublicEvent;
export type DomainEvent = PublicEvent | InternalEvent;

const internalTypes: ReadonlySet<string> = new Set<InternalEvent['type']>([
  'subscription.tracked',
  'payment.tracked',
  'refund.tracked',
  'method.disabled',
  'settlement.recorded',
  'settlement.refunded',
  'clock.bound',
  'command.received',
  'command.resolved',
]);

export const isPublic = (event: DomainEvent): event is PublicEvent => !internalTypes.has(event.type);
