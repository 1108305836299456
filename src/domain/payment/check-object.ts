import type { Context } from '../model/context.ts';
import { alarm, answerWaiting, type Draft } from '../decision/draft.ts';
import { hold } from '../subscription/billing-hold.ts';
import { dayMs } from '../model/instant.ts';
import { type Money, sameMoney } from '../model/money.ts';
import { type MoneyOperation, providerIdOf, track, withProviderId } from './operation.ts';
import type { ProviderObject, ProviderPayment } from '../model/provider.ts';
import type { Subscriber } from '../model/subscriber.ts';

const isOurs = ({ accountId, test }: ProviderPayment, { shop }: Context): boolean =>
  accountId === shop.accountId && test === shop.test;

/** How the provider's object contradicts our request; null when it agrees. */
export function mismatchOf(
  { userId, testClockId }: Subscriber,
  ordered: { readonly paymentId: string; readonly refundName?: string | null; readonly amount: Money },
  object: ProviderObject,
  context: Context,
): string | null {
  if (object.object === 'payment' && !isOurs(object, context)) return 'another shop or mode';
  if (object.metadata.paymentId !== ordered.paymentId) return 'another payment';
  if ((object.metadata.refundId ?? null) !== (ordered.refundName ?? null)) return 'another refund';
  if (object.metadata.userId !== userId) return 'another user';
  if (object.metadata.testClockId !== testClockId) return 'another test clock';
  if (!sameMoney(object.amount, ordered.amount)) return 'another amount';
  return null;
}

export type Mismatch = { readonly object: ProviderObject; readonly detail: string };

/**
 * An object that contradicts our request is not applied. The subscription is held, operators are alerted, and the
 * operation is checked once a day until they have resolved it.
 */
export function markMismatch(
  draft: Draft,
  operation: MoneyOperation,
  { object, detail }: Mismatch,
  context: Context,
): Draft {
  const { id, amount, send } = operation.entry;
  // The daily check or a repeated hint may find the same mismatch again; operators are alerted once.
  const isKnown = send.distrusted === detail && providerIdOf(operation) === object.id;
  const wrong = { rule: 'provider_mismatch', subjectId: id, detail, expected: amount, actual: object.amount } as const;
  const warned = isKnown ? draft : hold(alarm(draft, wrong), `provider_mismatch: ${detail}`, context);
  const tracked = track(warned, withProviderId(operation, object.id), {
    state: 'unknown',
    send: { ...send, readsOnly: true, distrusted: detail, nextCheckAt: context.now + dayMs, nextCheckRealAt: null },
  });
  return answerWaiting(tracked, id, { kind: 'rejected', reason: 'provider_refused' });
}
