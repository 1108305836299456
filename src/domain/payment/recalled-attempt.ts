import { periodKeyOf } from '../model/period-key.ts';
import type { Context } from '../model/context.ts';
import type { Recalled } from '../model/recalled.ts';
import type { LiveSubscription } from '../model/subscription.ts';

/** More than dunning and the subscriber can make for one period. */
const attemptsMax = 50;

export type Attempt = { readonly charge: Recalled; readonly periodIndex: number; readonly attemptNo: number };

type Period = { readonly subscriptionId: string; readonly periodIndex: number; readonly attemptsMade: number };

/** What of it is a charge of the period, the earliest attempt after those that were made. The ids follow from the period. */
export function attemptIn(
  charges: readonly Recalled[],
  { subscriptionId, periodIndex, attemptsMade }: Period,
  { ids }: Pick<Context, 'ids'>,
): Attempt | null {
  const periodKey = periodKeyOf(periodIndex);
  for (let count = 1; charges.length > 0 && count <= attemptsMax; count += 1) {
    const attemptNo = attemptsMade + count;
    const id = ids.paymentId(subscriptionId, periodKey, attemptNo);
    const charge = charges.find(({ paymentId }) => paymentId === id);
    if (charge !== undefined) return { charge, periodIndex, attemptNo };
  }
  return null;
}

/** The same for the period after the present one. */
export const attemptOfNext = (
  charges: readonly Recalled[],
  { id: subscriptionId, term, attemptsMade }: Pick<LiveSubscription, 'id' | 'term' | 'attemptsMade'>,
  context: Pick<Context, 'ids'>,
): Attempt | null => attemptIn(charges, { subscriptionId, periodIndex: term.periodIndex + 1, attemptsMade }, context);
