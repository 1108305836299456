import { entitlementOf } from '../../domain/subscription/access.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { Entitlement, Subscriber } from '../../domain/model/subscriber.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';
import { subscriberNow, type SubscriberTimeServices } from '../services/subscriber-now.ts';

export type ReadEntitlementServices = SubscriberTimeServices & {
  readonly store: Pick<SubscriberStore, 'load'>;
  readonly policy: Policy;
};

/**
 * Whether the user may watch now. An unknown user may not; that is no error. `onFound` is called with the subscriber that
 * was found.
 */
export async function readEntitlement(
  services: ReadEntitlementServices,
  userId: string,
  onFound: (subscriber: Subscriber) => void = () => undefined,
): Promise<Entitlement> {
  const stored = await services.store.load(userId);
  if (stored !== null) onFound(stored.subscriber);
  const now = await subscriberNow(services, stored?.subscriber.testClockId ?? null);
  return entitlementOf(stored?.subscriber.subscription ?? null, now, services.policy);
}

type ReadEntitlementsServices = Omit<ReadEntitlementServices, 'store'> & {
  readonly store: Pick<SubscriberStore, 'findMany'>;
};

/** The same for many users, in one query to the store. */
export async function readEntitlements(
  services: ReadEntitlementsServices,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Entitlement>> {
  const found = new Map((await services.store.findMany(userIds)).map((known) => [known.userId, known]));
  const clockIds = new Set([null, ...[...found.values()].map(({ testClockId }) => testClockId)]);
  const times = [...clockIds].map(async (id) => [id, await subscriberNow(services, id)] as const);
  const nowOf = new Map(await Promise.all(times));
  return new Map(
    userIds.map((userId) => {
      const known = found.get(userId);
      const now = nowOf.get(known?.testClockId ?? null) ?? services.clock.now();
      return [userId, entitlementOf(known?.subscription ?? null, now, services.policy)];
    }),
  );
}
