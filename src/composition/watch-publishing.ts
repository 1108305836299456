import type { Clock } from '../application/ports/clock.ts';
import { Fault } from '../application/ports/faults.ts';
import type { MessagePublisher } from '../application/ports/outbox.ts';

/** After this, how publishing went says nothing about now; a process that was taken out of service gets a new try. */
const newsMs = 30_000;

export type WatchedPublisher = MessagePublisher & {
  /** How publishing went last; null when that is no news any more. */
  readonly wentWell: () => boolean | null;
};

/** A producer may hang while its broker answers, so what counts is whether messages arrive. */
export function watchPublishing(publisher: MessagePublisher, clock: Pick<Clock, 'monotonicMs'>): WatchedPublisher {
  let last = { isGood: true, untilMs: Number.NEGATIVE_INFINITY };
  const note = (isGood: boolean): void => {
    last = { isGood, untilMs: clock.monotonicMs() + newsMs };
  };
  return {
    publish: async (messages, deadlineMs) => {
      try {
        await publisher.publish(messages, deadlineMs);
        note(true);
      } catch (error) {
        // Anything else is a message that no producer could send.
        if (error instanceof Fault) note(false);
        throw error;
      }
    },
    wentWell: () => (clock.monotonicMs() < last.untilMs ? last.isGood : null),
  };
}
