import { entitlementOf } from '../domain/subscription/access.ts';
import type { Entitlement } from '../domain/model/subscriber.ts';
import type { SubscriberStore } from './ports/subscriber-store.ts';
import type { ReadEntitlementServices } from './read-entitlement.ts';
import { subscriberNow } from './subscriber-now.ts';

type Services = Omit<ReadEntitlementServices, 'store'> & { readonly store: Pick<SubscriberStore, 'findMany'> };

/** May these users watch now, by user, each once, in one question to the store; answers as the single read does. */
export async function readEntitlements(
  services: Services,
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
