import type { Instant } from '../../domain/model/instant.ts';
import type { Money } from '../../domain/model/money.ts';
import type { SavedMethod } from '../../domain/model/payment.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { mayCharge } from '../../domain/model/subscription-questions.ts';
import type { Tariff } from '../../domain/model/tariff.ts';
import { nextChargeAt } from '../../domain/subscription/next-charge.ts';
import { isContactMissing } from '../../domain/subscription/receipt-contact.ts';

export type NextCharge = {
  readonly at: Instant;
  readonly amount: Money;
  readonly tariff: Tariff;
  readonly method: SavedMethod | null;
  /** Whether it will not be made before there is a contact for its receipt. */
  readonly waitsForContact: boolean;
};

/** The charge that is planned next; null where none is. */
export function nextChargeOf(subscriber: Subscriber, policy: Policy): NextCharge | null {
  const { subscription, methods, payment } = subscriber;
  if (!mayCharge(subscription) || payment?.kind === 'charge') return null;
  const at = nextChargeAt(subscription, policy);
  if (at === null) return null;
  const method = methods.find(({ id }) => id === subscription.methodId) ?? null;
  const { tariff } = subscription;
  return { at, amount: tariff.price, tariff, method, waitsForContact: isContactMissing(subscriber, policy) };
}
