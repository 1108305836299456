import { hourMs, minuteMs } from '../../domain/model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import { pauseAfter } from '../services/pause-after.ts';

/** A version that knows the message takes effect within the hour, by a deploy of its own. */
const pauses = { firstMs: minuteMs, lastMs: hourMs };
/** Users remembered; one more forgets the one that failed longest ago, who is then tried without a pause. */
const rememberedMax = 1_000;

type Paused = { readonly untilMs: number; readonly failures: number };

export type PausedUsers = {
  readonly isPaused: (userId: string) => boolean;
  readonly all: () => readonly string[];
  readonly failed: (userId: string) => void;
  readonly arrived: (userId: string) => void;
};

/** The users whose outbox cannot be published as it is. They are tried again with pauses, and hold up no other user. */
export function createPausedUsers(clock: Pick<Clock, 'monotonicMs'>): PausedUsers {
  const users = new Map<string, Paused>();
  const isWaiting = ({ untilMs }: Paused): boolean => clock.monotonicMs() < untilMs;
  return {
    isPaused: (userId) => {
      const paused = users.get(userId);
      return paused !== undefined && isWaiting(paused);
    },
    all: () => [...users].flatMap(([userId, paused]) => (isWaiting(paused) ? [userId] : [])),
    failed: (userId) => {
      const failures = users.get(userId)?.failures ?? 0;
      users.delete(userId);
      users.set(userId, { untilMs: clock.monotonicMs() + pauseAfter(failures, pauses), failures: failures + 1 });
      const [oldest] = users.keys();
      if (users.size > rememberedMax && oldest !== undefined) users.delete(oldest);
    },
    arrived: (userId) => void users.delete(userId),
  };
}
