import { periodKeyOf } from '../model/period-key.ts';
import type { Payment } from '../model/payment.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';

type Watching = Pick<Subscriber, 'watched'>;

/**
 * The charges of the due period that are out, and that a cancel or an unlink could not recall. If one succeeds its money goes
 * back; another one now could take the money of the period twice.
 */
export const chargesOut = ({ watched }: Watching, { id, term }: LiveSubscription): readonly Payment[] =>
  watched.filter(
    ({ kind, subscriptionId, periodKey }) =>
      kind === 'charge' && subscriptionId === id && periodKey === periodKeyOf(term.periodIndex + 1),
  );

export const isChargeOut = (state: Watching, subscription: LiveSubscription): boolean =>
  chargesOut(state, subscription).length > 0;
