import { entitlementOf, sameEntitlement } from '../../src/domain/subscription/access.ts';
import { defaultPolicy } from '../../src/domain/model/policy.ts';
import type { Entitlement } from '../../src/domain/model/subscriber.ts';
import { type Check, type Document, type Fact, keptMinor } from './evidence.ts';

type Loose = Readonly<Record<string, unknown>>;
const looseOf = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});
const instantOf = (value: unknown): number | null => (typeof value === 'string' ? Date.parse(value) : null);

const accessOf = ({ subscriber, now }: Document): Entitlement =>
  entitlementOf(subscriber.subscription, now, defaultPolicy);

/** The fact by which a payment has bought its period. */
const grantedBy = (facts: readonly Fact[]): ReadonlyMap<string, Fact> =>
  new Map(
    facts
      .filter(({ type }) => type === 'subscription.activated' || type === 'subscription.renewed')
      .map((fact) => [String(fact.value['paymentId']), fact]),
  );

/** Money that was kept has bought a period, and while that period lasts its buyer watches, unless he ended it himself. */
export const whoPaidHasAccess: Check = ({ provider, facts, documents }) => {
  const kept = keptMinor(provider);
  const granted = grantedBy(facts);
  const canceled = new Set(
    facts
      .filter(({ type }) => type === 'subscription.canceled')
      .map(({ value }) => looseOf(value['subscription'])['id']),
  );
  const byUser = new Map(documents.map((document) => [document.subscriber.userId, document]));
  return provider.flatMap((object) => {
    if (object.kind !== 'payment' || (kept.get(object.id) ?? 0) <= 0) return [];
    const name = `${object.userId} paid ${object.id} (ours ${object.ourPaymentId})`;
    const fact = granted.get(object.ourPaymentId);
    const document = byUser.get(object.userId);
    if (fact === undefined || document === undefined) return [`${name} and got nothing for it`];
    const subscription = looseOf(fact.value['subscription']);
    const end = instantOf(looseOf(subscription['term'])['periodEnd']);
    if (end === null) return [`${name}, and the fact names no end of the period`];
    if (end <= document.now || canceled.has(subscription['id'])) return [];
    return accessOf(document).active ? [] : [`${name} until ${new Date(end).toISOString()}, and has no access`];
  });
};

/** The other way round: an active period is one that somebody has paid for. */
export const accessIsPaidFor: Check = ({ provider, payments, documents }) => {
  const kept = keptMinor(provider);
  const paid = new Set(
    payments
      .filter(({ providerPaymentId }) => (kept.get(providerPaymentId ?? '') ?? 0) > 0)
      .map(({ subscriptionId, periodKey }) => `${subscriptionId} ${periodKey}`),
  );
  return documents.flatMap((document) => {
    const { subscription, userId } = document.subscriber;
    if (subscription?.status !== 'active' && subscription?.status !== 'past_due') return [];
    const { periodIndex } = subscription.term;
    const period = `${subscription.id} ${periodIndex === 0 ? 'initial' : `period:${periodIndex}`}`;
    return paid.has(period) ? [] : [`${userId} is ${subscription.status} in ${period}, which nobody paid`];
  });
};

const toldBy = ({ value }: Fact): Entitlement => ({
  active: value['active'] === true,
  validUntil: instantOf(value['validUntil']),
  graceUntil: instantOf(value['graceUntil']),
  tariffAlias: typeof value['tariffAlias'] === 'string' ? value['tariffAlias'] : null,
  features: Array.isArray(value['features']) ? value['features'].map(String) : [],
  role: 'subscriber',
});

/** What compaction leaves is the last record by place, not by number: that one must tell the truth. */
export const lastEntitlementIsTrue: Check = ({ facts, documents }) => {
  const told = facts.filter(({ type }) => type === 'entitlement.changed');
  const last = new Map(told.map((fact) => [fact.userId, fact]));
  return documents.flatMap((document) => {
    const { userId, entitlementSeq } = document.subscriber;
    const access = accessOf(document);
    const fact = last.get(userId);
    if (fact === undefined) return access.active ? [`${userId} has access, and nobody was told`] : [];
    const wrong: string[] = [];
    if (fact.sequence !== entitlementSeq)
      wrong.push(`${userId}: the last record is number ${fact.sequence}, the document's ${entitlementSeq}`);
    if (!sameEntitlement(toldBy(fact), access))
      wrong.push(`${userId}: told ${JSON.stringify(toldBy(fact))}, has ${JSON.stringify(access)}`);
    return wrong;
  });
};
