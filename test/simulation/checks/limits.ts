import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { World } from '../world/world.ts';

/** 24: published access has the limits of the tariff that was bought, and none without access. */
export function checkLimits(world: World, { userId, entitlement, subscription }: Subscriber): void {
  if (entitlement === null) return;
  const bought = entitlement.active ? subscription?.tariff.limits : undefined;
  if (JSON.stringify(entitlement.limits) !== JSON.stringify(bought))
    world.breach('24: access has the limits of what was bought', userId, { entitlement, bought });
}

/** By the promise, not by the policy that is under test. */
const waitingMax = 20;

/** 2: a client in a loop does not fill the document with commands that wait for one payment. */
export function checkWaiting(world: World, { userId, payment, commands }: Subscriber): void {
  if (payment === null) return;
  const waiting = commands.filter(({ paymentId, outcome }) => paymentId === payment.id && outcome === null).length;
  if (waiting > waitingMax) world.breach('2: at most 20 commands wait for one payment', userId, waiting);
}
