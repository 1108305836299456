import { hash } from 'node:crypto';
import type { Taken } from '../../../application/ports/shared-counts.ts';
import type { CountSharing } from '../../../application/services/count-sharing.ts';

export type Near = {
  /** What the other processes have let through since this process last asked for the key. */
  readonly heardSince: (key: string) => number;
  /** The key was let through: what this process has let through and is `missing` from its part, and whether that is beyond it. */
  readonly took: (key: string, of: { readonly isBeyond: boolean; readonly missing: number }) => void;
  /** The part of the key is full again. */
  readonly forget: (key: string) => void;
};

/** As many as are reported. The next ones are counted by each process alone. */
const keysMax = 1_000;

/**
 * The keys that come near their limit. Each process has an equal part of the bucket and of its refill: a key that stays within its
 * part in each of them cannot exceed the limit in all of them, so it is not reported and costs nothing.
 */
export function createNear(kind: string, sharing: CountSharing): Near {
  const counts = new Map<string, { count: number }>();
  const heard = new Map<string, number>();
  const hashOf = (key: string): string => hash('sha256', `${kind} ${key}`).slice(0, 32);
  sharing.tell(() => [...counts].map(([key, { count }]): Taken => ({ key: hashOf(key), count })));
  return {
    heardSince: (key) => {
      const now = sharing.heardOf(() => hashOf(key));
      const before = heard.get(key) ?? 0;
      if (now === before) return 0;
      if (now === 0 || (heard.size >= keysMax && before === 0)) heard.delete(key);
      else heard.set(key, now);
      return Math.max(0, now - before);
    },
    took: (key, { isBeyond, missing }) => {
      const known = counts.get(key);
      if (known !== undefined) known.count += 1;
      // Who has heard of the others tells them as well: together they may be beyond the limit.
      else if ((isBeyond || heard.has(key)) && counts.size < keysMax) counts.set(key, { count: missing });
    },
    forget: (key) => void counts.delete(key),
  };
}
