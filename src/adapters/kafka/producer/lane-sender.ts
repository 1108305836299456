import type { Clock } from '../../../application/ports/clock.ts';
import type { Log } from '../../../application/ports/log.ts';
import { createBoundedLink } from './bounded-link.ts';
import { createLanesApart } from './lanes-apart.ts';
import { mayHelp } from './may-help.ts';
import type { ProducerLink } from './producer-link.ts';
import type { Call, Outgoing, SendQueue } from './send-queue.ts';
import type { ProducerSettings } from '../client/settings.ts';

export type SendOptions = {
  readonly connect: () => Promise<ProducerLink>;
  readonly queue: SendQueue;
  /** Answers a call whose messages were not all acknowledged. */
  readonly giveUp: (call: Call, cause: unknown) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ProducerSettings;
};

/** Each send resolves false where it has nothing to send. */
export type LaneSender = {
  /** One send to all lanes that are not apart. */
  readonly sendTogether: () => Promise<boolean>;
  /** One send to one of those that are. */
  readonly sendApart: () => Promise<boolean>;
  /** Until lanes apart are tried again. */
  readonly pauseMs: () => number;
  readonly close: () => Promise<void>;
};

/**
 * One partition that takes no messages fails a send to all, and kafkajs does not say which one it was. So after a failure each lane of
 * that send is sent alone, until it is acknowledged.
 */
export function createLaneSender({ connect, queue, giveUp, clock, log, settings }: SendOptions): LaneSender {
  const limits = { messages: settings.batchMessages, bytes: settings.batchBytes };
  const link = createBoundedLink(connect, clock, settings.retryBoundMs);
  const apart = createLanesApart(clock, settings);

  const noteFailure = (batch: readonly Outgoing[], lanes: ReadonlySet<string>, error: unknown): void => {
    const [lane = '', ...others] = lanes;
    const isAlone = others.length === 0;
    apart.add(lanes);
    const isFinal = link.attempt() === null || (isAlone && !mayHelp(error));
    const failure = isAlone && !isFinal ? apart.failed(lane) : 'anew';
    if (failure !== 'again') {
      const where = { batch: batch.length, lanes: lanes.size, place: lane };
      log.warn('a batch was not acknowledged by kafka', where, error);
    }
    if (isFinal) for (const call of queue.calls(batch)) giveUp(call, error);
    if (failure === 'too long') link.drop();
  };

  const send = async (isWanted: (lane: string) => boolean): Promise<boolean> => {
    const attempt = link.attempt();
    if (attempt === null) {
      // Before messages are taken: while there is no connection, every call can be taken back.
      await link.connect();
      return send(isWanted);
    }
    const batch = queue.take(limits, isWanted);
    if (batch.length === 0) return false;
    const lanes = new Set(batch.map(({ lane }) => lane));
    try {
      await attempt(batch);
    } catch (error) {
      noteFailure(batch, lanes, error);
      return true;
    }
    for (const lane of lanes) apart.acknowledged(lane);
    queue.acknowledge(batch);
    return true;
  };

  return {
    sendTogether: () => send((lane) => !apart.has(lane)),
    sendApart: async () => {
      // A lane apart may have no messages for long, and a send would look for them among all that wait.
      const due = apart.due().find((lane) => queue.hasAny(lane));
      return due !== undefined && send((lane) => lane === due);
    },
    pauseMs: apart.pauseMs,
    close: link.close,
  };
}
