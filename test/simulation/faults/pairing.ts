import { secondMs } from '../../../src/domain/model/instant.ts';
import type { FaultName, Moments } from '../world/moments.ts';
import type { Random } from '../world/random.ts';
import { callFaults, isTimeFault, strongest, type Swarm, timeFaults, type TimeFault } from './swarm.ts';

/**
 * Two faults at one moment meet by chance where both are frequent, and hardly ever where one is rare. Here one of them
 * leads, and whenever it strikes another one follows within seconds.
 */
export type Pairing = {
  /** The leader strikes often. */
  readonly over: (swarm: Swarm) => Swarm;
  /** Whether the fault follows the leader now. */
  readonly follows: (fault: FaultName, userId: string | null, moments: Moments) => boolean;
  /** Called with each fault that strikes. */
  readonly onStrike: (fault: FaultName, later: (inMs: number, fault: TimeFault) => void) => void;
};

/** After so many a life goes on as it would: a process that dies at each save never gets any further. */
const strikesMax = 40;
const followWithinMs = 20 * secondMs;

/** Faults meet by chance alone. */
export const noPairing: Pairing = { over: (swarm) => swarm, follows: () => false, onStrike: () => undefined };

const faults = [...callFaults, ...timeFaults] as readonly FaultName[] as readonly [FaultName, ...FaultName[]];
/** Those that meet the fewest others by chance: they strike seldom, or only at one step of a payment. */
const seldom = [
  ...(['outage_after_send', 'wrong_amount', 'garbage', 'refused', 'lands_late', 'hidden', 'charge_pending'] as const),
  ...(['refund_canceled', 'refund_pending', 'error_500_done', 'too_many_requests', 'accepted_202'] as const),
  ...(['method_not_saved', 'gateway_refuses_done', 'gateway_refuses_not_done', 'produce_repeated'] as const),
] as const;

/** One life in six pairs faults. It draws from dice of its own: the other lives go on as they did. */
export function createPairing(dice: Random): Pairing {
  if (!dice.chance(1 / 6)) return noPairing;
  const leader = dice.chance(0.7) ? dice.pick(seldom) : dice.pick(faults);
  let follower: FaultName | null = null;
  let strikes = 0;
  return {
    over: (swarm) => strongest(swarm, leader),
    follows: (fault, userId, moments) => {
      if (fault !== follower || strikes >= strikesMax || !moments.isActive(leader, userId)) return false;
      if (!dice.chance(0.7)) return false;
      strikes += 1;
      follower = dice.pick(faults);
      return true;
    },
    onStrike: (fault, later) => {
      if (fault !== leader || strikes >= strikesMax) return;
      // Another one each time, because many can follow only at one step.
      follower = dice.pick(dice.chance(0.5) ? seldom : faults);
      if (!isTimeFault(follower)) return;
      strikes += 1;
      later(Math.ceil(dice.spread(1, followWithinMs)), follower);
    },
  };
}
