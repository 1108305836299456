import type { Clock } from '../../../application/ports/clock.ts';
import { clientSettings, type ProducerSettings } from '../client/settings.ts';

/** How a lane has failed: for the first time, once more, or when lanes have failed for so long that a new connection is worth a try. */
export type Failure = 'anew' | 'again' | 'too long';

/** Lanes that are sent one by one, because one of them may fail a send to all. */
export type LanesApart = {
  readonly has: (lane: string) => boolean;
  readonly add: (lanes: Iterable<string>) => void;
  /** The ones to try, in turn: first those that are suspected only, then, unless they pause, those that have failed alone. */
  readonly due: () => readonly string[];
  readonly pauseMs: () => number;
  /** One that was sent alone has failed. */
  readonly failed: (lane: string) => Failure;
  readonly acknowledged: (lane: string) => void;
};

export function createLanesApart(clock: Clock, settings: Pick<ProducerSettings, 'retryBoundMs'>): LanesApart {
  /** Whether each has failed alone, or was not tried alone yet. The one that has failed last stands last. */
  const lanes = new Map<string, boolean>();
  /** Of the connection, not of a lane: where a broker hangs, all its lanes fail, and each has a turn after all the others. */
  let failingSinceMs: number | null = null;
  let nextPauseMs: number = clientSettings.initialRetryMs;
  let pausedUntilMs = 0;
  const pauseMs = (): number => Math.max(0, pausedUntilMs - clock.monotonicMs());
  const those = (haveFailed: boolean): readonly string[] =>
    [...lanes].flatMap(([lane, hasFailed]) => (hasFailed === haveFailed ? [lane] : []));

  return {
    has: (lane) => lanes.has(lane),
    add: (failed) => {
      for (const lane of failed) if (!lanes.has(lane)) lanes.set(lane, false);
    },
    due: () => [...those(false), ...(pauseMs() > 0 ? [] : those(true))],
    pauseMs,
    failed: (lane) => {
      const nowMs = clock.monotonicMs();
      const hasFailed = lanes.get(lane) === true;
      lanes.delete(lane);
      lanes.set(lane, true);
      pausedUntilMs = nowMs + nextPauseMs;
      nextPauseMs = Math.min(nextPauseMs * 2, clientSettings.maxRetryMs);
      failingSinceMs ??= nowMs;
      if (nowMs - failingSinceMs < settings.retryBoundMs) return hasFailed ? 'again' : 'anew';
      failingSinceMs = nowMs;
      return 'too long';
    },
    acknowledged: (lane) => {
      if (lanes.delete(lane)) nextPauseMs = clientSettings.initialRetryMs;
      if (those(true).length === 0) failingSinceMs = null;
    },
  };
}
