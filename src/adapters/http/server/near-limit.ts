import { hash } from 'node:crypto';
import type { Taken } from '../../../application/ports/shared-counts.ts';
import type { CountSharing } from '../../../application/services/count-sharing.ts';

export type Near = {
  /** What the other processes have let through since this process last asked for the key. */
  readonly heardSince: (key: string) => number;
  /** The key was let through: `missing` is what this process has taken from a bucket of this `size` and is not back yet. */
  readonly took: (key: string, missing: number, size: number) => void;
  /** The bucket of the key is full again. */
  readonly forget: (key: string) => void;
};

/** As many as are reported. The next ones are counted by each process alone. */
const keysMax = 1_000;

/**
 * The keys that come near their limit. A key that takes less than its part of the limit in each process cannot exceed the limit in all
 * of them, so no one is reported of it and it costs nothing.
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
    took: (key, missing, size) => {
      const known = counts.get(key);
      if (known !== undefined) known.count += 1;
      else if (missing > size / sharing.processes() && counts.size < keysMax) counts.set(key, { count: missing });
    },
    forget: (key) => void counts.delete(key),
  };
}
