import type { Clock } from '../application/ports/clock.ts';
import { Fault } from '../application/ports/faults.ts';
import type { MessagePublisher } from '../application/ports/outbox.ts';

/** An older result says nothing about now. A process that was taken out of service is then tried again. */
const recentMs = 30_000;

export type WatchedPublisher = MessagePublisher & {
  /** Whether the last publishing succeeded; null when it is not recent. */
  readonly wentWell: () => boolean | null;
};

/** Records whether messages arrive, because a producer may hang while its broker answers. */
export function watchPublishing(publisher: MessagePublisher, clock: Pick<Clock, 'monotonicMs'>): WatchedPublisher {
  let last = { isGood: true, untilMs: Number.NEGATIVE_INFINITY };
  const note = (isGood: boolean): void => {
    last = { isGood, untilMs: clock.monotonicMs() + recentMs };
  };
  return {
    publish: async (messages, deadlineMs) => {
      try {
        await publisher.publish(messages, deadlineMs);
        note(true);
      } catch (error) {
        // Any other error is a message that no producer could send.
        if (error instanceof Fault) note(false);
        throw error;
      }
    },
    wentWell: () => (clock.monotonicMs() < last.untilMs ? last.isGood : null),
  };
}
