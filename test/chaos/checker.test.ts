import { expect, test } from '@jest/globals';
import { entitlementOf } from '../../src/domain/subscription/access.ts';
import { testPolicy } from '../support/policy.ts';
import { newSubscriber, type Subscriber } from '../../src/domain/model/subscriber.ts';
import type { ActiveSubscription } from '../../src/domain/model/subscription.ts';
import { checks, judge } from './checker.ts';
import type { Asked, Document, Evidence, Fact, PastPayment, ProviderObject } from './evidence.ts';

const userId = '11111111-1111-4111-8111-111111111111';
const dayMs = 86_400_000;
const start = Date.parse('2031-01-30T09:00:00Z');
const now = start + dayMs / 2;

const subscription: ActiveSubscription = {
  id: 's1',
  status: 'active',
  tariff: {
    id: 't1',
    version: 1,
    alias: 'day',
    name: 'Day',
    price: { amountMinor: 100, currency: 'RUB' },
    period: { count: 1, unit: 'day' },
    features: ['hd'],
  },
  paySystem: 'yookassa',
  autoRenew: true,
  createdAt: start,
  term: { anchor: start, anchorIndex: 0, periodIndex: 0, periodStart: start, periodEnd: start + dayMs },
  cancelAtPeriodEnd: false,
  held: null,
  methodId: 'm1',
  attemptsMade: 0,
  extendedUntil: null,
  previousTerm: null,
};
const subscriber: Subscriber = { ...newSubscriber(userId), eventSeq: 3, entitlementSeq: 3, subscription };
const document: Document = { subscriber, outbox: 0, now };
const withSubscription = (change: Partial<ActiveSubscription>): readonly Document[] => [
  { ...document, subscriber: { ...subscriber, subscription: { ...subscription, ...change } } },
];

const asked: Asked = {
  ...{ askedAt: 1, heardAt: 2, userId, what: 'buy', mode: null, key: 'k1' },
  ...{ result: 'ok', status: 200, commandId: 'c1' },
};
const cancel: Asked = { ...asked, askedAt: 3, heardAt: 4, what: 'cancel', mode: 'period_end', key: 'k2' };
const payment: PastPayment = {
  ...{ id: 'pay-1', userId, providerPaymentId: 'p1', state: 'succeeded' },
  ...{ amountMinor: 100, subscriptionId: 's1', periodKey: 'initial' },
};
const object: ProviderObject = {
  ...{ id: 'p1', kind: 'payment', status: 'succeeded', amountMinor: 100 },
  ...{ ofPayment: null, ourPaymentId: 'pay-1', userId },
};
const refund: ProviderObject = { ...object, id: 'r1', kind: 'refund', ofPayment: 'p1', ourPaymentId: '' };
const ourRefund = { id: 'refund-1', providerRefundId: 'r1', state: 'succeeded', amountMinor: 100 };

const factOf = (sequence: number, topic: string, type: string, value: Fact['value'] = {}): Fact => ({
  ...{ userId, topic, sequence, type, value },
  text: JSON.stringify(value),
});
function accessFact(of: readonly Document[] = [document]): Fact['value'] {
  const access = entitlementOf(of[0]?.subscriber.subscription ?? null, now, testPolicy);
  return { ...access, validUntil: access.validUntil === null ? null : new Date(access.validUntil).toISOString() };
}
const created = factOf(1, 'billing.payments.v1', 'payment.created');
const activated = factOf(2, 'billing.subscriptions.v1', 'subscription.activated', {
  paymentId: 'pay-1',
  subscription: { id: 's1', term: { periodEnd: new Date(start + dayMs).toISOString() } },
});
const entitled = factOf(3, 'billing.entitlements.v1', 'entitlement.changed', accessFact());
const none = { ...accessFact(), active: false, validUntil: null, tariffAlias: null, features: [] };

/** Evidence without a violation, with one fact that was published twice. */
const sound: Evidence = {
  history: [asked],
  provider: [object],
  payments: [payment],
  refunds: [],
  commands: [{ id: 'c1', outcome: 'requires_action' }],
  documents: [document],
  facts: [created, activated, entitled, created],
  texts: [{ where: 'api.log', text: 'nothing to see' }],
  canaries: [{ name: 'a token', text: 'secret' }],
};
const broken = (change: Partial<Evidence>): readonly string[] =>
  judge({ ...sound, ...change }).flatMap(({ rule, violations }) => (violations.length > 0 ? [rule] : []));

const rules = {
  outcome: 'every acknowledged command has an outcome',
  key: 'one idempotency key is one command',
  cancel: 'an acknowledged cancel holds',
  match: "the provider's payments and ours match one to one",
  refunds: "the provider's refunds and ours match",
  twice: 'no period is charged twice',
  access: 'a payer has access, or the money back',
  paid: 'access is paid for',
  log: 'every committed fact is in the log, in order per user',
  outbox: 'every outbox is empty',
  entitlement: 'the last entitlement record is the access recomputed',
  secret: 'no secret is in any log or topic',
  alarm: 'no alarm was raised',
} as const;

const second = { ...created, sequence: 2 };
const late = { ...created, sequence: 4 };
const expired = withSubscription({ term: { ...subscription.term, periodEnd: start - 4 * dayMs } });

const planted: readonly (readonly [string, Partial<Evidence>, readonly string[]])[] = [
  ['a command that was accepted and forgotten', { commands: [] }, [rules.outcome]],
  ['a command without an outcome', { commands: [{ id: 'c1', outcome: null }] }, [rules.outcome]],
  ['a 202 that led to nothing', { history: [{ ...asked, status: 202 }], commands: [] }, [rules.outcome]],
  [
    'a repeat that became a second command',
    {
      history: [asked, { ...asked, commandId: 'c2' }],
      commands: [...sound.commands, { id: 'c2', outcome: 'completed' }],
    },
    [rules.key],
  ],
  ['a cancel that still renews', { history: [asked, cancel] }, [rules.cancel]],
  [
    'a cancel at once after which the subscription is still live',
    { history: [asked, { ...cancel, mode: 'immediate' }] },
    [rules.cancel],
  ],
  ['a payment that failed here and succeeded there', { payments: [{ ...payment, state: 'failed' }] }, [rules.match]],
  ['a payment still unknown here', { payments: [{ ...payment, state: 'unknown' }] }, [rules.match]],
  ['another amount there', { provider: [{ ...object, amountMinor: 101 }] }, [rules.match]],
  [
    'a payment known by another number',
    { provider: [object], payments: [{ ...payment, providerPaymentId: 'p9' }] },
    [rules.match, rules.paid],
  ],
  ['a success that the provider does not know', { provider: [] }, [rules.match, rules.paid]],
  ['a payment that no read model knows', { payments: [] }, [rules.match, rules.paid]],
  [
    'one payment made twice at the provider',
    { provider: [object, { ...object, id: 'p2' }] },
    [rules.match, rules.twice],
  ],
  [
    'two payments kept for one period',
    {
      provider: [object, { ...object, id: 'p2', ourPaymentId: 'pay-2' }],
      payments: [payment, { ...payment, id: 'pay-2', providerPaymentId: 'p2' }],
    },
    [rules.twice, rules.access],
  ],
  ['a refund at the provider only', { provider: [object, refund] }, [rules.refunds, rules.paid]],
  ['a refund on our side only', { refunds: [ourRefund] }, [rules.refunds]],
  [
    'more refunded than was paid',
    {
      provider: [object, { ...refund, amountMinor: 101 }],
      refunds: [{ ...ourRefund, amountMinor: 101 }],
    },
    [rules.refunds, rules.paid],
  ],
  [
    'money kept without access for it',
    { facts: [created, { ...activated, type: 'subscription.created' }, entitled] },
    [rules.access],
  ],
  [
    'a paid period without access',
    { documents: expired, facts: [created, activated, { ...entitled, value: none }] },
    [rules.access],
  ],
  ['a fact that never reached the log', { facts: [activated, entitled] }, [rules.log]],
  ['the last fact missing', { documents: [{ ...document, subscriber: { ...subscriber, eventSeq: 4 } }] }, [rules.log]],
  [
    'facts of one topic out of order',
    {
      documents: [{ ...document, subscriber: { ...subscriber, eventSeq: 4 } }],
      facts: [late, created, activated, entitled],
    },
    [rules.log],
  ],
  ['one number with two versions', { facts: [created, second, activated, entitled] }, [rules.log]],
  ['a fact of what never happened', { facts: [...sound.facts, { ...created, sequence: 9 }] }, [rules.log]],
  ['a fact about an unknown user', { facts: [...sound.facts, { ...created, userId: 'unknown' }] }, [rules.log]],
  ['an outbox that is not empty', { documents: [{ ...document, outbox: 1 }] }, [rules.outbox]],
  [
    'access published that does not exist',
    { facts: [created, activated, { ...entitled, value: none }] },
    [rules.entitlement],
  ],
  [
    'access published until another day',
    {
      facts: [created, activated, { ...entitled, value: { ...accessFact(), validUntil: '2035-01-01T00:00:00.000Z' } }],
    },
    [rules.entitlement],
  ],
  [
    'an old record that came last',
    { documents: [{ ...document, subscriber: { ...subscriber, entitlementSeq: 2 } }] },
    [rules.entitlement],
  ],
  ['a token in a log file', { texts: [{ where: 'api.log', text: 'a secret here' }] }, [rules.secret]],
  ['an alarm', { facts: [{ ...created, type: 'invariant.violated' }, activated, entitled] }, [rules.alarm]],
];

test('sound evidence has no violation', () => {
  expect(broken({})).toEqual([]);
});

test('a purchase that was refunded in full needs no access', () => {
  const ended = { ...subscription, status: 'expired' as const, endedAt: now, cause: 'replaced' as const };
  const documents = [{ ...document, subscriber: { ...subscriber, subscription: ended } }];
  const facts = [created, activated, { ...entitled, value: none }];
  expect(broken({ documents, facts, provider: [object, refund], refunds: [ourRefund] })).toEqual([]);
});

test.each(planted)('%s is found', (_name, change, found) => {
  expect(broken(change)).toEqual(found);
});

test('every check has evidence on which it fails', () => {
  expect(new Set(planted.flatMap(([, , found]) => found))).toEqual(new Set(Object.keys(checks)));
});
