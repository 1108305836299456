import type { Clock } from '../../application/ports/clock.ts';
import type { Share } from '../../application/ports/provider-budget.ts';
import type { Demand } from '../../application/services/provider-share.ts';
import { createCallWindow } from './call-window.ts';

type Slot = { readonly release: () => void };

export type Pacing = {
  /** A slot for one call, or null at once when none is free. A second release has no effect. */
  readonly reserve: () => Slot | null;
  /** A slot for a call that can wait; null after 20 s. It takes none of the last half, which is for the calls of `reserve`. */
  readonly reservePatiently: () => Promise<Slot | null>;
  /**
   * Resolves when the call may leave now; to false where it may not, and nothing may be sent. It counts from here, not from its first
   * byte: the network bunches calls in either case, and a 429 that follows is an answer like others.
   */
  readonly leave: () => Promise<boolean>;
  /** What was asked for since the last time. */
  readonly takeDemand: () => Demand;
};

/** Calls that can wait go on after this, also where the others never pause: a search that never ends resolves nothing. */
const patienceMs = 10_000;
/** A share is back within it while processes come and go. Longer, the end of a process would wait for it. */
const waitMsMax = 20_000;
/** Slots are reserved before a save. After a slow one several calls want to leave at once; a reservation lasts 5 s. */
const leaveMsMax = 3_000;
const everyMs = 20;

/**
 * Keeps this process within its share of the provider: so many calls under way at once, and so many that leave in any second. A
 * refused call waits in the database and not here.
 */
export function createPacing(share: () => Share, clock: Pick<Clock, 'monotonicMs' | 'wait'>): Pacing {
  const reserved = createCallWindow(clock.monotonicMs);
  const left = createCallWindow(clock.monotonicMs);
  let underWay = 0;
  let isRefused = false;
  let peak: Share = { slots: 0, perSecond: 0 };

  const note = (more: number): void => {
    peak = {
      slots: Math.max(peak.slots, underWay + more),
      perSecond: Math.max(peak.perSecond, reserved.count() + more),
    };
  };
  const isFree = ({ slots, perSecond }: Share): boolean => underWay < slots && reserved.count() < perSecond;
  const take = (): Slot => {
    underWay += 1;
    reserved.add();
    note(0);
    let isHeld = true;
    return {
      release: () => {
        if (isHeld) underWay -= 1;
        isHeld = false;
      },
    };
  };
  const half = ({ slots, perSecond }: Share): Share => ({
    slots: Math.ceil(slots / 2),
    perSecond: Math.ceil(perSecond / 2),
  });

  return {
    reserve: () => {
      if (isFree(share())) return take();
      isRefused = true;
      return null;
    },
    reservePatiently: async () => {
      const sinceMs = clock.monotonicMs();
      for (;;) {
        const waitedMs = clock.monotonicMs() - sinceMs;
        if (isFree(waitedMs < patienceMs ? half(share()) : share())) return take();
        if (waitedMs >= waitMsMax) return null;
        note(1);
        await clock.wait(everyMs);
      }
    },
    leave: async () => {
      const sinceMs = clock.monotonicMs();
      while (left.count() >= share().perSecond) {
        if (clock.monotonicMs() - sinceMs >= leaveMsMax) return false;
        await clock.wait(everyMs);
      }
      left.add();
      return true;
    },
    takeDemand: () => {
      const demand = { underWay, peak, isRefused };
      isRefused = false;
      peak = { slots: underWay, perSecond: 0 };
      return demand;
    },
  };
}
