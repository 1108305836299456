import type { SavedMethod } from '../../domain/model/payment.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { keepsMethod } from '../../domain/model/subscription-questions.ts';
import { linkedMethods } from '../../domain/subscription/usable-method.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';

export type ShownMethod = SavedMethod & { readonly isDefault: boolean };

/** The id of the method that renewals charge; null where there is none. */
export const defaultOf = ({ subscription }: Subscriber): string | null =>
  keepsMethod(subscription) ? subscription.methodId : null;

export function shownMethods(subscriber: Subscriber): readonly ShownMethod[] {
  const chargedId = defaultOf(subscriber);
  return linkedMethods(subscriber).map((method) => ({ ...method, isDefault: method.id === chargedId }));
}

/** The saved methods of a user; none of one who is not known. */
export async function readMethods(
  { store }: { readonly store: Pick<SubscriberStore, 'load'> },
  userId: string,
): Promise<readonly ShownMethod[]> {
  const stored = await store.load(userId);
  return stored === null ? [] : shownMethods(stored.subscriber);
}
