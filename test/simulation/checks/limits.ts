import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { World } from '../world/world.ts';

/** 24: published access has the limits of the tariff that was bought, and none without access. */
export function checkLimits(world: World, { userId, entitlement, subscription }: Subscriber): void {
  if (entitlement === null) return;
  const bought = entitlement.active ? subscription?.tariff.limits : undefined;
  if (JSON.stringify(entitlement.limits) !== JSON.stringify(bought))
    world.breach('24: access has the limits of what was bought', userId, { entitlement, bought });
}
