import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { CallFault, TimeFault } from '../faults/swarm.ts';

export type FaultName = CallFault | TimeFault;

/** Which faults meet at one moment of one subscriber: one has struck, or still lasts, when the other strikes. */
export type Moments = {
  /** `userId` null: it concerns every subscriber. */
  readonly note: (fault: FaultName, userId: string | null, lastsMs?: number) => void;
  /** Whether it concerns this subscriber now. */
  readonly isActive: (fault: FaultName, userId: string | null) => boolean;
};

/** A read, the decision by it, the send and the save are over within it, unless something fails again. */
const momentMs = minuteMs;

type Active = { readonly fault: FaultName; readonly userId: string | null; until: number };

/** The name of a pair, whichever of the two struck first. */
export const pairOf = (one: FaultName, other: FaultName): string =>
  one < other ? `${one} × ${other}` : `${other} × ${one}`;

export function createMoments(now: () => number, onPair: (pair: string) => void): Moments {
  let active: Active[] = [];
  const concerns = (one: Active, userId: string | null): boolean =>
    one.userId === null || userId === null || one.userId === userId;
  return {
    note: (fault, userId, lastsMs = momentMs) => {
      const at = now();
      active = active.filter(({ until }) => until >= at);
      for (const one of active) if (one.fault !== fault && concerns(one, userId)) onPair(pairOf(one.fault, fault));
      const known = active.find((one) => one.fault === fault && one.userId === userId);
      if (known === undefined) active.push({ fault, userId, until: at + lastsMs });
      else known.until = Math.max(known.until, at + lastsMs);
    },
    isActive: (fault, userId) =>
      active.some((one) => one.fault === fault && one.until >= now() && concerns(one, userId)),
  };
}
