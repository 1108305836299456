import { secondMs } from '../../domain/model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import { type SharedCounts, silentMs, type Taken } from '../ports/shared-counts.ts';
import { repeatEvery } from './repeat-every.ts';

/** What others let through meanwhile is not known yet, and a slow store adds its time to it. One small update for each process. */
const everyMs = secondMs / 2;
/** A row stays far below a megabyte. Keys beyond it are counted by each process alone. */
const reportedMax = 1_000;

export type CountSharing = {
  /** Processes that count, this one included. */
  readonly processes: () => number;
  /** What the others reported of the key; 0 where they reported nothing. `hash` is asked only when another process reported something. */
  readonly heardOf: (hash: () => string) => number;
  /** Adds a source of what is reported. */
  readonly tell: (source: () => readonly Taken[]) => void;
};

/** One process alone, as in tests. */
export const alone: CountSharing = { processes: () => 1, heardOf: () => 0, tell: () => undefined };

/**
 * Exchanges counts twice a second, beside the requests: no request waits for it. While the store does not answer, each process
 * counts alone.
 */
export function createCountSharing(
  counts: SharedCounts,
  { clock, id }: { readonly clock: Clock; readonly id: string },
): CountSharing & { readonly exchange: () => Promise<void>; readonly run: (signal: AbortSignal) => Promise<void> } {
  const sources: (() => readonly Taken[])[] = [];
  let heard: ReadonlyMap<string, number> = new Map();
  let processes = 1;
  let exchangedMs = -Infinity;
  const isCurrent = (): boolean => clock.monotonicMs() - exchangedMs < silentMs;
  const exchange = async (): Promise<void> => {
    const others = await counts.exchange(id, sources.flatMap((source) => source()).slice(0, reportedMax));
    const sums = new Map<string, number>();
    for (const { key, count } of others.flat()) sums.set(key, (sums.get(key) ?? 0) + count);
    heard = sums;
    processes = others.length + 1;
    exchangedMs = clock.monotonicMs();
  };
  return {
    processes: () => (isCurrent() ? processes : 1),
    heardOf: (hash) => (heard.size > 0 && isCurrent() ? (heard.get(hash()) ?? 0) : 0),
    tell: (source) => void sources.push(source),
    exchange,
    run: (signal) => repeatEvery({ clock, everyMs, signal }, () => exchange().catch(() => undefined)),
  };
}
