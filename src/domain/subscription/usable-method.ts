import type { SavedMethod } from '../model/payment.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';

/** Whether the saved method that renewals charge may still be charged. */
export const hasUsableMethod = ({ methods }: Subscriber, { methodId }: LiveSubscription): boolean =>
  methods.some(({ id, usable }) => usable && id === methodId);

/** The methods that the subscriber knows of, oldest first. */
export const linkedMethods = ({ methods }: Pick<Subscriber, 'methods'>): readonly SavedMethod[] =>
  methods.filter(({ unlinkedAt }) => unlinkedAt === undefined);

/** Whether one more method may be bound: each is shown, chosen from and unlinked by a person. */
export const hasRoomForMethod = (state: Subscriber, { linkedMax }: Policy): boolean =>
  linkedMethods(state).length < linkedMax;
