import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';

/** Whether the saved method that renewals charge may still be charged. */
export const hasUsableMethod = ({ methods }: Subscriber, { methodId }: LiveSubscription): boolean =>
  methods.some(({ id, usable }) => usable && id === methodId);
