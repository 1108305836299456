import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { periodKeyOf } from './open-payment.ts';

/**
 * Whether a charge of the due period is out that a cancel could not recall. If it succeeds its money goes back; another
 * one now could take the money of the period twice.
 */
export const isChargeOut = ({ watched }: Subscriber, { id, term }: LiveSubscription): boolean =>
  watched.some(
    ({ kind, subscriptionId, periodKey }) =>
      kind === 'charge' && subscriptionId === id && periodKey === periodKeyOf(term.periodIndex + 1),
  );
