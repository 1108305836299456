import type { Clock } from '../application/ports/clock.ts';
import { Fault } from '../application/ports/faults.ts';
import type { MessagePublisher } from '../application/ports/outbox.ts';

/** An older result says nothing about now. A process that was taken out of service is then tried again. */
const recentMs = 30_000;

export type WatchedPublisher = MessagePublisher & {
  /** Whether a recent publishing succeeded; null when none is recent. */
  readonly wentWell: () => boolean | null;
};

/**
 * Records whether messages arrive, because a producer may hang while its broker answers. One that failed says nothing while others arrive:
 * its partition may take nothing, and a process out of service would send no more to the others.
 */
export function watchPublishing(publisher: MessagePublisher, clock: Pick<Clock, 'monotonicMs'>): WatchedPublisher {
  let succeededAtMs = Number.NEGATIVE_INFINITY;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  const isRecent = (atMs: number): boolean => clock.monotonicMs() - atMs < recentMs;
  return {
    publish: async (messages, deadlineMs) => {
      try {
        await publisher.publish(messages, deadlineMs);
        succeededAtMs = clock.monotonicMs();
      } catch (error) {
        // Any other error is a message that no producer could send.
        if (error instanceof Fault) failedAtMs = clock.monotonicMs();
        throw error;
      }
    },
    wentWell: () => {
      if (isRecent(succeededAtMs)) return true;
      return isRecent(failedAtMs) ? false : null;
    },
  };
}
