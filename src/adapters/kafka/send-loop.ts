import type { Clock } from '../../application/ports/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import { groupByTopic } from './outgoing.ts';
import type { ProducerLink } from './producer-link.ts';
import type { Entry, SendQueue } from './send-queue.ts';
import type { ProducerSettings } from './settings.ts';

export type SendLoop = {
  /** Begins to send unless it is already sending. */
  readonly kick: () => void;
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type SendLoopOptions = {
  readonly connect: () => Promise<ProducerLink>;
  readonly queue: SendQueue;
  readonly onTaken: (batch: readonly Entry[]) => void;
  readonly onAcknowledged: (batch: readonly Entry[]) => void;
  readonly onFailed: (batch: readonly Entry[], error: unknown) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ProducerSettings;
};

/** One send at a time, the next one with everything that came meanwhile; connects when there is something to send. */
export const createSendLoop = (options: SendLoopOptions): SendLoop => {
  const { queue, clock, log, settings } = options;
  let link: ProducerLink | null = null;
  let sending: Promise<void> | null = null;
  let isClosed = false;

  const sendWithinBound = async (current: ProducerLink, batch: readonly Entry[]): Promise<void> => {
    const finished = new AbortController();
    const overdue = clock.wait(settings.retryBoundMs, finished.signal).then(() => {
      if (finished.signal.aborted) return;
      current.sever();
      link = null;
      throw new Error(`Kafka did not acknowledge within ${settings.retryBoundMs} ms.`);
    });
    try {
      await Promise.race([current.send(groupByTopic(batch)), overdue]);
    } finally {
      finished.abort();
    }
  };

  const sendOnce = async (): Promise<void> => {
    link ??= await options.connect();
    const batch = queue.take({ messages: settings.batchMessages, bytes: settings.batchBytes });
    if (batch.length === 0) return;
    options.onTaken(batch);
    try {
      await sendWithinBound(link, batch);
      options.onAcknowledged(batch);
    } catch (error) {
      log.warn('a batch was not acknowledged by kafka', { batch: batch.length }, error);
      options.onFailed(batch, error);
    }
  };

  const sendAll = async (): Promise<void> => {
    // Bounded by the queue: every call in it leaves at its own deadline at the latest.
    while (queue.size() > 0) {
      try {
        await sendOnce();
      } catch (error) {
        log.warn('kafka cannot be reached for sending', {}, error);
        await clock.wait(settings.reconnectPauseMs);
      }
    }
    sending = null;
    // A connection that came too late must not hold a closing process open.
    if (isClosed) await link?.close();
  };

  return {
    kick: () => {
      sending ??= sendAll();
    },
    idle: () => sending ?? Promise.resolve(),
    close: async () => {
      isClosed = true;
      await link?.close();
    },
  };
};
