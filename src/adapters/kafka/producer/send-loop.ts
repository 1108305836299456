import { createLaneSender, type SendOptions } from './lane-sender.ts';

export type SendLoop = {
  /** Starts sending, unless it already does. */
  readonly kick: () => void;
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * One send at a time; the next one takes what arrived meanwhile. Connects when there is something to send. Lanes that fail take turns
 * with all others, so these wait for one attempt at most.
 */
export function createSendLoop(options: SendOptions): SendLoop {
  const { queue, clock, log, settings } = options;
  const sender = createLaneSender(options);
  let sending: Promise<void> | null = null;
  let pause = new AbortController();
  let isClosed = false;

  const sendAll = async (): Promise<void> => {
    // Ends, because every call is dropped from the queue at its deadline at the latest.
    while (queue.size() > 0) {
      pause = new AbortController();
      try {
        const hasSent = await sender.sendTogether();
        const hasTried = await sender.sendApart();
        if (!hasSent && !hasTried) await clock.wait(sender.pauseMs(), pause.signal);
      } catch (error) {
        log.warn('kafka cannot be reached for sending', {}, error);
        await clock.wait(settings.reconnectPauseMs);
      }
    }
    sending = null;
    // A connection made during the close would keep the process running.
    if (isClosed) await sender.close();
  };

  return {
    kick: () => {
      pause.abort('there is more to send');
      sending ??= sendAll();
    },
    idle: () => sending ?? Promise.resolve(),
    close: async () => {
      isClosed = true;
      await sender.close();
    },
  };
}
