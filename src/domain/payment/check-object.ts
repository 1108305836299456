import type { Context } from '../model/context.ts';
import { alarm, answerWaiting, type Draft } from '../decision/draft.ts';
import { hold } from '../subscription/billing-hold.ts';
import { dayMs } from '../model/instant.ts';
import { type Money, sameMoney } from '../model/money.ts';
import { withProviderId, type Operation, providerIdOf, track } from './operation.ts';
import type { ProviderObject, ProviderPayment } from '../model/provider.ts';
import type { Subscriber } from '../model/subscriber.ts';

const isOurs = ({ accountId, test }: ProviderPayment, { shop }: Context): boolean =>
  accountId === shop.accountId && test === shop.test;

/** What of the provider's answer contradicts what we ordered; null when it may be believed. */
export function mismatchOf(
  { userId, testClockId }: Subscriber,
  ordered: { readonly paymentId: string; readonly amount: Money },
  object: ProviderObject,
  context: Context,
): string | null {
  if (object.object === 'payment' && !isOurs(object, context)) return 'another shop or mode';
  if (object.metadata.paymentId !== ordered.paymentId) return 'another payment';
  if (object.metadata.userId !== userId) return 'another user';
  if (object.metadata.testClockId !== testClockId) return 'another test clock';
  if (!sameMoney(object.amount, ordered.amount)) return 'another amount';
  return null;
}

export type Mismatch = { readonly object: ProviderObject; readonly detail: string };

/**
 * An answer that contradicts the order is not believed: the subscription is held, a person is called, and the operation
 * is looked at again once a day until he has resolved it.
 */
export function markMismatch(
  draft: Draft,
  operation: Operation,
  { object, detail }: Mismatch,
  context: Context,
): Draft {
  const { id, amount, send } = operation.entry;
  // The same contradiction seen again, by a daily look or a repeated hint, is no news.
  const isKnown = send.distrusted === detail && providerIdOf(operation) === object.id;
  const wrong = { rule: 'provider_mismatch', subjectId: id, detail, expected: amount, actual: object.amount } as const;
  const warned = isKnown ? draft : hold(alarm(draft, wrong), `provider_mismatch: ${detail}`, context);
  const parked = track(warned, withProviderId(operation, object.id), {
    state: 'unknown',
    send: { ...send, readsOnly: true, distrusted: detail, nextCheckAt: context.now + dayMs, nextCheckRealAt: null },
  });
  return answerWaiting(parked, id, { kind: 'rejected', reason: 'provider_refused' });
}
