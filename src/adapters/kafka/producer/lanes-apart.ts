import type { Clock } from '../../../application/ports/clock.ts';
import { clientSettings, type ProducerSettings } from '../client/settings.ts';

/** How a lane has failed: for the first time, once more, or for so long that a new connection is worth a try. */
export type Failure = 'anew' | 'again' | 'too long';

/** Lanes that are sent one by one, because one of them may fail a send to all. */
export type LanesApart = {
  readonly has: (lane: string) => boolean;
  readonly add: (lanes: Iterable<string>) => void;
  /** The ones to try, in turn; none during the pause after a failure. */
  readonly due: () => readonly string[];
  readonly pauseMs: () => number;
  /** One that was sent alone has failed. */
  readonly failed: (lane: string) => Failure;
  readonly acknowledged: (lane: string) => void;
};

export function createLanesApart(clock: Clock, settings: Pick<ProducerSettings, 'retryBoundMs'>): LanesApart {
  /** Since when each fails alone; null: not tried alone yet. The one that has failed last stands last. */
  const lanes = new Map<string, number | null>();
  let nextPauseMs: number = clientSettings.initialRetryMs;
  let pausedUntilMs = 0;
  const pauseMs = (): number => Math.max(0, pausedUntilMs - clock.monotonicMs());

  const failureOf = (sinceMs: number | null, nowMs: number): Failure => {
    if (sinceMs === null) return 'anew';
    return nowMs - sinceMs < settings.retryBoundMs ? 'again' : 'too long';
  };

  return {
    has: (lane) => lanes.has(lane),
    add: (failed) => {
      for (const lane of failed) if (!lanes.has(lane)) lanes.set(lane, null);
    },
    due: () => (pauseMs() > 0 ? [] : [...lanes.keys()]),
    pauseMs,
    failed: (lane) => {
      const nowMs = clock.monotonicMs();
      const sinceMs = lanes.get(lane) ?? null;
      const failure = failureOf(sinceMs, nowMs);
      lanes.delete(lane);
      lanes.set(lane, failure === 'again' ? sinceMs : nowMs);
      pausedUntilMs = nowMs + nextPauseMs;
      nextPauseMs = Math.min(nextPauseMs * 2, clientSettings.maxRetryMs);
      return failure;
    },
    acknowledged: (lane) => {
      if (lanes.delete(lane)) nextPauseMs = clientSettings.initialRetryMs;
    },
  };
}
