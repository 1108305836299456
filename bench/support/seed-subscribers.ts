import { randomUUID } from 'node:crypto';
import type { SubscriberSave } from '../../src/application/ports/subscriber-store.ts';
import { entitlementOf } from '../../src/domain/subscription/access.ts';
import { nextDue } from '../../src/domain/timers/next-due.ts';
import { yookassaNumbers } from '../../src/adapters/yookassa/numbers.ts';
import { policyWith } from '../../src/domain/model/policy.ts';
import { newSubscriber, type Subscriber } from '../../src/domain/model/subscriber.ts';
import type { ActiveSubscription } from '../../src/domain/model/subscription.ts';

const policy = policyWith(yookassaNumbers);

const dayMs = 86_400_000;
const price = { amountMinor: 2_900, currency: 'RUB' };

function activeSubscription(periodEnd: number): ActiveSubscription {
  const periodStart = periodEnd - dayMs;
  return {
    status: 'active',
    id: randomUUID(),
    tariff: {
      id: '0b9ad6a2-4a51-4f5e-9c2e-0f6d1c1a0003',
      version: 1,
      alias: 'base-day',
      name: 'Base (day)',
      price,
      period: { count: 1, unit: 'day' },
      features: ['films', 'series', 'full_hd'],
    },
    paySystem: 'yookassa',
    autoRenew: true,
    createdAt: periodStart,
    term: { anchor: periodStart, anchorIndex: 0, periodIndex: 0, periodStart, periodEnd },
    cancelAtPeriodEnd: false,
    held: null,
    methodId: `method-${randomUUID()}`,
    attemptsMade: 0,
    extendedUntil: null,
    previousTerm: null,
  };
}

/** A subscriber who bought a day with a saved card and whose day ends at `periodEnd`. */
export function activeSubscriber(periodEnd: number): Subscriber {
  const userId = randomUUID();
  const subscription = activeSubscription(periodEnd);
  const at = subscription.createdAt;
  const paid = { subscriptionId: subscription.id, periodKey: 'initial', kind: 'checkout', attemptNo: 1 } as const;
  const money = { currency: price.currency, capturedMinor: price.amountMinor, refundedMinor: 0 };
  const method = { id: subscription.methodId ?? '', title: 'Bank card *4444', last4: '4444', brand: 'MasterCard' };
  return {
    ...newSubscriber(userId),
    eventSeq: 5,
    entitlementSeq: 5,
    subscription,
    captures: [{ ...paid, ...money, paymentId: randomUUID(), providerPaymentId: randomUUID(), reservedAt: at }],
    methods: [{ ...method, savedAt: at, usable: true }],
    entitlement: entitlementOf(subscription, at, policy),
  };
}

export const firstSaveOf = (subscriber: Subscriber): SubscriberSave => ({
  subscriber,
  expectedVersion: 0,
  saveId: randomUUID(),
  announce: nextDue(subscriber, policy),
  entry: null,
});

/** Runs the work over all items, so many at once. */
export async function inLanes<Item>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<unknown>) {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
