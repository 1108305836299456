import type { TopicMessages } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Log } from '../../../application/ports/log.ts';
import { within } from '../../../application/services/within.ts';
import type { ProducerLink } from './producer-link.ts';
import type { Call, SendQueue, Taken } from './send-queue.ts';
import type { ProducerSettings } from '../client/settings.ts';

export type SendLoop = {
  /** Starts sending, unless it already does. */
  readonly kick: () => void;
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type SendLoopOptions = {
  readonly connect: () => Promise<ProducerLink>;
  readonly queue: SendQueue;
  /** Answers a call whose messages were not all acknowledged. */
  readonly giveUp: (call: Call, cause: unknown) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ProducerSettings;
};

const byTopic = (batch: readonly Taken[]): TopicMessages[] =>
  [...Map.groupBy(batch, ({ topic }) => topic)].map(([topic, taken]) => ({
    topic,
    messages: taken.map(({ message }) => message),
  }));

/** One send at a time; the next one takes what arrived meanwhile. Connects when there is something to send. */
export function createSendLoop(options: SendLoopOptions): SendLoop {
  const { queue, giveUp, clock, log, settings } = options;
  let link: ProducerLink | null = null;
  let sending: Promise<void> | null = null;
  let isClosed = false;

  const sendWithinBound = async (current: ProducerLink, batch: readonly Taken[]): Promise<void> => {
    await within(
      { clock, ms: settings.retryBoundMs },
      () => current.send(byTopic(batch)),
      () => {
        current.sever();
        link = null;
        throw new Error(`Kafka did not acknowledge within ${settings.retryBoundMs} ms.`);
      },
    );
  };

  const sendOnce = async (): Promise<void> => {
    link ??= await options.connect();
    const batch = queue.take({ messages: settings.batchMessages, bytes: settings.batchBytes });
    if (batch.length === 0) return;
    try {
      await sendWithinBound(link, batch);
    } catch (error) {
      log.warn('a batch was not acknowledged by kafka', { batch: batch.length }, error);
      for (const { call } of batch) giveUp(call, error);
      return;
    }
    for (const { call } of batch) {
      call.pending -= 1;
      if (call.pending === 0) call.settle(null);
    }
  };

  const sendAll = async (): Promise<void> => {
    // Ends, because every call is dropped from the queue at its deadline at the latest.
    while (queue.size() > 0) {
      try {
        await sendOnce();
      } catch (error) {
        log.warn('kafka cannot be reached for sending', {}, error);
        await clock.wait(settings.reconnectPauseMs);
      }
    }
    sending = null;
    // A connection made during the close would keep the process running.
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
}
