import type { AgreedTerms } from '../../../src/domain/model/consent.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { mayCharge } from '../../../src/domain/model/subscription-questions.ts';
import type { Tariff } from '../../../src/domain/model/tariff.ts';
import { plannedChargeAt } from '../../../src/domain/subscription/next-charge.ts';
import type { Random } from './random.ts';

/** What the subscriber's account and the list of tariffs show. */
type Seen = {
  readonly subscriber: Subscriber | null;
  /** What is on sale now, by its id. */
  readonly tariffOf: (tariffId: string) => Tariff | null;
  readonly now: number;
  readonly random: Random;
};

/** What a page shows before the subscriber buys the tariff, or takes their cancel back (null); some clients show nothing. */
export function shownTerms(tariffId: string | null, { subscriber, tariffOf, now, random }: Seen): AgreedTerms | null {
  if (random.chance(0.4)) return null;
  const subscription = subscriber?.subscription ?? null;
  const held = mayCharge(subscription) ? subscription : null;
  const isHeld = held !== null && (tariffId === null || held.tariff.id === tariffId);
  const tariff = isHeld ? held.tariff : tariffOf(tariffId ?? '');
  if (tariff === null) return null;
  const { price, period } = tariff;
  // Now and then the page shows an old price for later.
  const later = random.chance(0.05) ? { ...price, amountMinor: price.amountMinor - 1_000 } : price;
  const renewing = held === null ? null : { ...held, autoRenew: true, cancelAtPeriodEnd: false };
  const next = tariffId === null && renewing !== null ? plannedChargeAt(renewing) : null;
  return {
    version: random.pick(['2026-01', '2026-02']),
    locale: 'ru-RU',
    shown: {
      firstAmount: price,
      firstChargeAt: next ?? now,
      thenAmount: later,
      period,
      cancelHow: 'В личном кабинете',
    },
  };
}
