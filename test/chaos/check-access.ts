import { entitlementOf, sameEntitlement } from '../../src/domain/subscription/access.ts';
import { testPolicy } from '../support/policy.ts';
import type { Entitlement } from '../../src/domain/model/subscriber.ts';
import { type Check, type Document, type Fact, keptMinor } from './evidence.ts';

type Loose = Readonly<Record<string, unknown>>;
const looseOf = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});
const instantOf = (value: unknown): number | null => (typeof value === 'string' ? Date.parse(value) : null);

const accessOf = ({ subscriber, now }: Document): Entitlement =>
  entitlementOf(subscriber.subscription, now, testPolicy);

/** By payment: the fact that shows the period it paid for. */
const grantedBy = (facts: readonly Fact[]): ReadonlyMap<string, Fact> =>
  new Map(
    facts
      .filter(({ type }) => type === 'subscription.activated' || type === 'subscription.renewed')
      .map((fact) => [String(fact.value['paymentId']), fact]),
  );

/** A kept payment has paid for a period. Until its end the subscriber has access, unless they canceled at once. */
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

/** The reverse: every active period was paid for. */
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
    return paid.has(period) ? [] : [`${userId} is ${subscription.status} in ${period}, which was not paid`];
  });
};

const publishedBy = ({ value }: Fact): Entitlement => ({
  active: value['active'] === true,
  validUntil: instantOf(value['validUntil']),
  graceUntil: instantOf(value['graceUntil']),
  tariffAlias: typeof value['tariffAlias'] === 'string' ? value['tariffAlias'] : null,
  features: Array.isArray(value['features']) ? value['features'].map(String) : [],
  role: 'subscriber',
  ...(typeof value['limits'] === 'object' && value['limits'] !== null ? { limits: value['limits'] } : {}),
});

/** Compaction keeps the last record by offset, not by sequence, so that record must hold the true access. */
export const lastEntitlementIsTrue: Check = ({ facts, documents }) => {
  const published = facts.filter(({ type }) => type === 'entitlement.changed');
  const last = new Map(published.map((fact) => [fact.userId, fact]));
  return documents.flatMap((document) => {
    const { userId, entitlementSeq } = document.subscriber;
    const access = accessOf(document);
    const fact = last.get(userId);
    if (fact === undefined) return access.active ? [`${userId} has access, and no record was published`] : [];
    const wrong: string[] = [];
    if (fact.sequence !== entitlementSeq)
      wrong.push(`${userId}: the last record is number ${fact.sequence}, the document's ${entitlementSeq}`);
    if (!sameEntitlement(publishedBy(fact), access))
      wrong.push(`${userId}: published ${JSON.stringify(publishedBy(fact))}, has ${JSON.stringify(access)}`);
    return wrong;
  });
};
