import type { Context } from '../model/context.ts';
import { periodKeyOf } from '../model/period-key.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';

/**
 * The number of the next attempt for the due period. Since a restore the period may have payments already that were forbidden
 * while it was further ahead: no payment gets their ids and keys again.
 */
export function nextAttemptNo(
  { captures, watched }: Subscriber,
  { id, term, attemptsMade }: Pick<LiveSubscription, 'id' | 'term' | 'attemptsMade'>,
  { ids }: Pick<Context, 'ids'>,
): number {
  const known = new Set([...captures.map(({ paymentId }) => paymentId), ...watched.map((payment) => payment.id)]);
  const periodKey = periodKeyOf(term.periodIndex + 1);
  let attemptNo = attemptsMade + 1;
  while (known.has(ids.paymentId(id, periodKey, attemptNo))) attemptNo += 1;
  return attemptNo;
}
