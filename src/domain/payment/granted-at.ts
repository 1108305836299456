import type { Context } from '../model/context.ts';
import { isReadAgain } from '../model/epoch.ts';
import { hourMs, type Instant } from '../model/instant.ts';
import type { Payment } from '../model/payment.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import type { Subscriber } from '../model/subscriber.ts';

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
  // Its period began earlier then: an earlier one begins later in the restored document.
  return payment.kind === 'charge' && capturedAt < term.periodEnd ? null : capturedAt;
}
