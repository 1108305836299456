import { type Context, isOurs } from './context.ts';
import { type Draft, record } from './draft.ts';
import { hold } from './hold.ts';
import { type Money, sameMoney } from './money.ts';
import type { Payment, Refund } from './payment.ts';
import type { ProviderObject } from './provider.ts';

/** What of the provider's answer contradicts what we ordered; null when it may be believed. */
export function mismatchOf(
  ours: {
    readonly userId: string;
    readonly paymentId: string;
    readonly amount: Money;
    readonly testClockId: string | null;
  },
  object: ProviderObject,
  context: Context,
): string | null {
  if (object.object === 'payment' && !isOurs(object, context.shop)) return 'another shop or mode';
  if (object.metadata.paymentId !== ours.paymentId) return 'another payment';
  if (object.metadata.userId !== ours.userId) return 'another user';
  if (object.metadata.testClockId !== ours.testClockId) return 'another test clock';
  if (!sameMoney(object.amount, ours.amount)) return 'another amount';
  return null;
}

export type Mismatch = { readonly object: ProviderObject; readonly detail: string };

/** An answer that contradicts the order is not believed: the subscription is held, a person is called. */
export function holdOnMismatch(draft: Draft, subject: Payment | Refund, wrong: Mismatch, context: Context): Draft {
  const { object, detail } = wrong;
  const violated = record(draft, {
    type: 'invariant.violated',
    rule: 'provider_mismatch',
    subjectId: subject.id,
    detail,
    expected: subject.amount,
    actual: object.amount,
  });
  return hold(violated, `provider_mismatch: ${detail}`, context);
}
