import { dayMs } from '../../../src/domain/model/instant.ts';
import type { LiveSubscription } from '../../../src/domain/model/subscription.ts';
import type { World } from '../world/world.ts';

/** By the promise, not by the policy that is under test. */
const holdCostsMsMax = 30 * dayMs;

type Until = {
  readonly userId: string;
  /** The end of published access. */
  readonly until: number;
  /** The end of what was paid for, plus grace. */
  readonly ordinary: number;
};

/** 13: a hold extends access for 30 days at most. */
export function checkHeldAccess(
  world: World,
  live: LiveSubscription,
  earlier: LiveSubscription | null,
  { userId, until, ordinary }: Until,
): void {
  const { held } = live;
  if (held === null) return;
  if (until > Math.max(ordinary, held.since + holdCostsMsMax))
    world.breach('13: a held subscription costs at most 30 days', userId, { until, ordinary, held });
  const began = earlier?.id === live.id ? earlier.held : null;
  if (began !== null && began.since !== held.since)
    world.breach('13: a hold that lasts does not begin anew', userId, { held, before: began });
}
