import { toIso, toIsoOrNull } from '../domain/instant.ts';
import type { Dunning, LiveSubscription, Subscription, Term } from '../domain/subscription.ts';
import type { Tariff } from '../domain/tariff.ts';
import type * as Contract from './generated/contract.ts';
import { cut } from './plain-text.ts';

export const tariffSnapshot = (tariff: Tariff): Contract.Tariff => ({
  id: tariff.id,
  version: tariff.version,
  alias: tariff.alias,
  name: tariff.name,
  price: { amountMinor: tariff.price.amountMinor, currency: tariff.price.currency },
  period: { count: tariff.period.count, unit: tariff.period.unit },
  features: [...tariff.features],
});

const termSnapshot = (term: Term): Contract.Term => ({
  anchor: toIso(term.anchor),
  anchorIndex: term.anchorIndex,
  periodIndex: term.periodIndex,
  periodStart: toIso(term.periodStart),
  periodEnd: toIso(term.periodEnd),
});

const dunningSnapshot = (dunning: Dunning): Contract.Dunning => ({
  dueAt: toIso(dunning.dueAt),
  ladderStep: dunning.ladderStep,
  attempts: dunning.attempts.length,
  nextAttemptAt: toIsoOrNull(dunning.nextAttemptAt),
  lastReason: cut(dunning.lastReason, 100),
  lastClass: dunning.lastClass,
});

type Common = Omit<Contract.SubscriptionSnapshot, 'status'>;

/** What every subscription has, and the rest as it is for one that is neither live nor over. */
const common = (subscription: Subscription): Common => ({
  id: subscription.id,
  tariff: tariffSnapshot(subscription.tariff),
  paySystem: subscription.paySystem,
  autoRenew: subscription.autoRenew,
  cancelAtPeriodEnd: false,
  methodSaved: false,
  createdAt: toIso(subscription.createdAt),
  term: null,
  graceUntil: null,
  extendedUntil: null,
  dunning: null,
  held: null,
  endedAt: null,
  cause: null,
});

const live = (subscription: LiveSubscription): Common => ({
  ...common(subscription),
  cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
  methodSaved: subscription.methodId !== null,
  term: termSnapshot(subscription.term),
  extendedUntil: toIsoOrNull(subscription.extendedUntil),
  held:
    subscription.held === null
      ? null
      : { reason: cut(subscription.held.reason, 200), since: toIso(subscription.held.since) },
});

/** One flat shape for every status: a reader need not know which status has which fields. */
export function subscriptionSnapshot(subscription: Subscription): Contract.SubscriptionSnapshot {
  switch (subscription.status) {
    case 'incomplete':
      return { ...common(subscription), status: subscription.status };
    case 'active':
      return { ...live(subscription), status: subscription.status };
    case 'past_due':
      return {
        ...live(subscription),
        status: subscription.status,
        graceUntil: toIso(subscription.graceUntil),
        dunning: dunningSnapshot(subscription.dunning),
      };
    case 'expired':
    case 'canceled':
    case 'incomplete_expired':
      return {
        ...common(subscription),
        status: subscription.status,
        term: subscription.term === null ? null : termSnapshot(subscription.term),
        endedAt: toIso(subscription.endedAt),
        cause: subscription.cause,
      };
  }
}
