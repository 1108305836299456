import type { Instant } from '../../domain/model/instant.ts';
import type { Money } from '../../domain/model/money.ts';
import type { SavedMethod } from '../../domain/model/payment.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { mayCharge } from '../../domain/model/subscription-questions.ts';
import type { Tariff } from '../../domain/model/tariff.ts';
import { nextChargeAt } from '../../domain/subscription/next-charge.ts';

export type NextCharge = {
  readonly at: Instant;
  readonly amount: Money;
  readonly tariff: Tariff;
  readonly method: SavedMethod | null;
};

/** The charge that is planned next; null where none is. */
export function nextChargeOf({ subscription, methods, payment }: Subscriber, policy: Policy): NextCharge | null {
  if (!mayCharge(subscription) || payment?.kind === 'charge') return null;
  const at = nextChargeAt(subscription, policy);
  if (at === null) return null;
  const method = methods.find(({ id }) => id === subscription.methodId) ?? null;
  return { at, amount: subscription.tariff.price, tariff: subscription.tariff, method };
}
