import { hash } from 'node:crypto';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Taken } from '../../../application/ports/shared-counts.ts';
import type { CountSharing } from '../../../application/services/count-sharing.ts';

export type Near = {
  /**
   * What the other processes have let through, as far as this one has heard: `since` it last asked for the key, and `first` where it
   * hears of the key for the first time.
   */
  readonly heard: (key: string) => { readonly since: number; readonly first: number };
  /**
   * The key was let through. `isBeyond`: this process's part of the bucket is empty. `isNear`: the bucket or the part is not full.
   * `missing`: what the key has taken from the part with this request.
   */
  readonly took: (
    key: string,
    of: { readonly isBeyond: boolean; readonly isNear: boolean; readonly missing: number },
  ) => void;
};

/** As many as are reported, and as many as are remembered of others. The next ones are counted by each process alone. */
const keysMax = 1_000;
/** A key that was not near its limit for so long is forgotten. */
const restMs = 60_000;

/**
 * The keys that come near their limit. Each process has an equal part of the bucket and of its refill: a key that stays within its
 * part in each of them cannot exceed the limit in all of them, so it is not reported and costs nothing. Once it is beyond its part in
 * one process, all of them tell what they let through. Counts only go up while they are reported.
 */
export function createNear(
  { kind, sharing, burst }: { readonly kind: string; readonly sharing: CountSharing; readonly burst: number },
  clock: Pick<Clock, 'monotonicMs'>,
): Near {
  const counts = new Map<string, { count: number; nearMs: number }>();
  const heard = new Map<string, { readonly count: number; readonly askedMs: number }>();
  const hashOf = (key: string): string => hash('sha256', `${kind} ${key}`).slice(0, 32);
  const isOver = (sinceMs: number): boolean => clock.monotonicMs() - sinceMs > restMs;
  sharing.tell(() => {
    for (const [key, { nearMs }] of counts) if (isOver(nearMs)) counts.delete(key);
    for (const [key, { askedMs }] of heard) if (isOver(askedMs)) heard.delete(key);
    return [...counts].map(([key, { count }]): Taken => ({ key: hashOf(key), count }));
  });
  return {
    heard: (key) => {
      const count = sharing.heardOf(() => hashOf(key));
      const before = heard.get(key);
      if (count === 0 || (before === undefined && heard.size >= keysMax)) {
        heard.delete(key);
        return { since: 0, first: 0 };
      }
      heard.set(key, { count, askedMs: clock.monotonicMs() });
      if (before !== undefined) return { since: Math.max(0, count - before.count), first: 0 };
      // How much of it is back in the bucket already is not known: one request is let through in any case.
      return { since: 0, first: Math.min(count, burst - 1) };
    },
    took: (key, { isBeyond, isNear, missing }) => {
      const known = counts.get(key);
      const nearMs = clock.monotonicMs();
      if (known !== undefined) {
        known.count += 1;
        if (isNear) known.nearMs = nearMs;
      } else if ((isBeyond || heard.has(key)) && counts.size < keysMax) counts.set(key, { count: missing, nearMs });
    },
  };
}
