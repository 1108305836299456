import type { Subscriber } from '../../domain/model/subscriber.ts';
import { withoutSecrets } from './without-secrets.ts';

export type ShownSubscriber = Readonly<Record<keyof Subscriber, unknown>>;

/** All that is stored of a subscriber, without secrets. */
export function shownSubscriber(subscriber: Subscriber): ShownSubscriber {
  return withoutSecrets({ ...subscriber, personalKey: null }) as ShownSubscriber;
}
