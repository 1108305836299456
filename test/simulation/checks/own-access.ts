import { dayMs } from '../../../src/domain/model/instant.ts';
import type { Entitlement } from '../../../src/domain/model/subscriber.ts';
import type { Subscription } from '../../../src/domain/model/subscription.ts';
import { startAfter } from './calendar.ts';

/** By the promise, not by the policy that is under test. */
const graceMs = 3 * dayMs;

/** What readers of access act on. */
type Access = Pick<Entitlement, 'active' | 'validUntil' | 'tariffAlias' | 'features' | 'limits'>;

const none: Access = { active: false, validUntil: null, tariffAlias: null, features: [] };

/** Access by a calculation of its own: the rule of the service would agree with its own mistakes. */
export function accessOf(subscription: Subscription | null, now: number): Access {
  if (subscription?.status !== 'active' && subscription?.status !== 'past_due') return none;
  const { term, tariff, status, autoRenew, cancelAtPeriodEnd, extendedUntil } = subscription;
  const next = startAfter(term.anchor, term.periodIndex - term.anchorIndex + 2, tariff.period);
  const hasGrace = status === 'past_due' || (autoRenew && !cancelAtPeriodEnd);
  const end = Math.max(hasGrace ? Math.min(term.periodEnd + graceMs, next) : term.periodEnd, extendedUntil ?? 0);
  if (now >= end) return none;
  const { alias: tariffAlias, features, limits } = tariff;
  return { active: true, validUntil: end, tariffAlias, features, ...(limits === undefined ? {} : { limits }) };
}

const essence = ({ active, validUntil, tariffAlias, features, limits }: Access): string =>
  JSON.stringify([active, validUntil, tariffAlias, features, limits ?? null]);

export const isSameAccess = (one: Access, other: Access): boolean => essence(one) === essence(other);
