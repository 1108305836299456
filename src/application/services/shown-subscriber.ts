import type { Subscriber } from '../../domain/model/subscriber.ts';
import { withoutSecrets } from './without-secrets.ts';

export type ShownSubscriber = Readonly<Record<keyof Subscriber, unknown>>;

/** All that is stored of a subscriber, without secrets. */
export function shownSubscriber(subscriber: Subscriber): ShownSubscriber {
  // The name of a saved method is all that the provider needs to charge it.
  const methods = subscriber.methods.map((method) => ({ ...method, id: null }));
  return withoutSecrets({ ...subscriber, methods, personalKey: null }) as ShownSubscriber;
}
