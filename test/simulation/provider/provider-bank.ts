import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { World } from '../world/world.ts';

export const declines: readonly [string, ...string[]] = [
  'a_reason_of_next_year',
  ...['insufficient_funds', 'insufficient_funds', 'insufficient_funds', 'card_expired', 'issuer_unavailable'],
  ...[
    'general_decline',
    'fraud_suspected',
    'payment_method_limit_exceeded',
    '3d_secure_failed',
    'canceled_by_merchant',
  ],
];

type CardWeek = { readonly reason: string | null; readonly until: number };

/** The bank of all cards: why it declines a charge now; null when it accepts. */
export function createBank(world: World): (methodId: string, userId: string) => string | null {
  const { random, scheduler } = world;
  const cardWeeks = new Map<string, CardWeek>();
  /** A card has good and bad weeks; in the calm every charge succeeds. */
  return (methodId: string, userId: string): string | null => {
    if (world.isCalm()) return null;
    const now = scheduler.now();
    if (now >= (world.cardsEmptyFrom ?? Infinity)) return 'insufficient_funds';
    const week = cardWeeks.get(methodId);
    if (week !== undefined && week.until > now) return week.reason;
    const isBad = world.strikes('declined', userId);
    const fresh = {
      reason: isBad ? random.pick(declines) : null,
      until: now + random.spread(hourMs, (isBad ? 10 : 60) * dayMs),
    };
    cardWeeks.set(methodId, fresh);
    return fresh.reason;
  };
}
