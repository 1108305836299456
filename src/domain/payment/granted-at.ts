import type { Context } from '../model/context.ts';
import { isReadAgain, marginMs } from '../model/epoch.ts';
import { hourMs, type Instant } from '../model/instant.ts';
import type { Payment } from '../model/payment.ts';
import type { Policy } from '../model/policy.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import type { Entitlement, Subscriber } from '../model/subscriber.ts';
import { isPastDue } from '../model/subscription-questions.ts';
import { accessIn, accessUntil, holdEndsAt } from '../subscription/access.ts';
import { asCharged } from '../subscription/renews.ts';

/** A capture is learnt of within minutes. One that came just before the services stopped may have stayed unknown. */
const learntWithinMs = hourMs;

type Captured = { readonly payment: Pick<Payment, 'kind'>; readonly capturedAt: Instant };

/**
 * When a renewal that a restore has undone was granted: readers had access from then on, so its period begins then again.
 * Null for any other one, and where readers have lost access since the restore. The provider dates the payments of a test
 * clock by that clock.
 */
export function grantedBeforeRestore(
  { testClockId }: Pick<Subscriber, 'testClockId'>,
  { term }: LiveSubscription,
  { payment, capturedAt }: Captured,
  { epoch, realNow }: Context,
): Instant | null {
  if (epoch === null || testClockId !== null || !isReadAgain(epoch, realNow)) return null;
  if (capturedAt < epoch.restoredAt || capturedAt >= epoch.stoppedAt - learntWithinMs) return null;
  if (payment.kind === 'checkout') return capturedAt;
  // The clock of the process that charged it may have been ahead: no renewal is charged before its period.
  const grantedAt = Math.max(capturedAt, term.periodEnd);
  // Its period began earlier then: an earlier one begins later in the restored document.
  return grantedAt > capturedAt + marginMs ? null : grantedAt;
}

/** Access that ends then is extended until a hold is cleared that began before it. A retry extends nothing. */
function endOfHeld(subscription: LiveSubscription, endsAt: Instant, policy: Policy): Instant {
  const { held } = subscription;
  if (held === null || held.since >= endsAt || isPastDue(subscription)) return endsAt;
  return Math.max(endsAt, holdEndsAt(subscription, policy) ?? endsAt);
}

/**
 * The access that readers had when a renewal that a restore has undone was granted. The document knows of none since the
 * backup, so it follows from the period before it. What was charged had renewed by then, whatever the document says, and a charge
 * that began in time extended access until its answer.
 */
export function accessBeforeGrant(
  subscription: LiveSubscription,
  { kind, createdAt, send }: Pick<Payment, 'kind' | 'createdAt' | 'send'>,
  grantedAt: Instant,
  policy: Policy,
): Entitlement {
  if (kind !== 'charge') return accessIn(subscription, policy);
  const charged = asCharged(subscription);
  const endsAt = endOfHeld(subscription, accessUntil(charged, policy), policy);
  // One that was recalled is created since the restore, and was reserved when the provider made it.
  const began = Math.min(createdAt, send.reservedAt ?? createdAt);
  return { ...accessIn(charged, policy), validUntil: began < endsAt ? Math.max(endsAt, grantedAt) : endsAt };
}
