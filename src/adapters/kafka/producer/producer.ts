import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';
import type { MessagePublisher, OutMessage } from '../../../application/ports/outbox.ts';
import { within } from '../../../application/services/within.ts';
import type { ProducerLink } from './producer-link.ts';
import { createSendLoop } from './send-loop.ts';
import {
  type Call,
  createOutgoing,
  createSendQueue,
  type Encode,
  type Outgoing,
  type RawRecord,
} from './send-queue.ts';
import { producerSettings, type ProducerSettings } from '../client/settings.ts';

export type ProducerOptions = {
  readonly connect: () => Promise<ProducerLink>;
  readonly encode: Encode;
  /** The known topics; a message to any other is refused. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly settings?: ProducerSettings;
};

/** `publish` takes its deadline in milliseconds from now. */
export type Producer = MessagePublisher & {
  /** The same for a record of the past: its bytes are sent as they are. */
  readonly republish: (record: RawRecord, deadlineMs: number) => Promise<void>;
  /** Sends what it can within a bound, rejects the rest, disconnects. */
  readonly close: () => Promise<void>;
};

const takenBack = (why: string): Fault => new Fault('taken_back', why, { retryable: true });

/** Retryable, because every message has an id and readers expect repeats. Not `taken_back`: the log may have it. */
const unacknowledged = (cause: unknown): Fault =>
  new Fault('unacknowledged', 'Kafka did not acknowledge the message; it may or may not be in the log.', {
    retryable: true,
    cause,
  });

/**
 * The one producer of a process. Calls that arrive during a send share the next one, so load makes batches and no timer is
 * needed. One send at a time keeps the order of every key without the idempotent producer.
 */
export function createProducer(options: ProducerOptions): Producer {
  const { clock, settings = producerSettings } = options;
  const queue = createSendQueue();
  const toOutgoing = createOutgoing(options.topics, settings.messageBytes);
  let isClosed = false;

  const giveUp = (call: Call, cause?: unknown): void => {
    queue.drop(call);
    call.settle(call.handed ? unacknowledged(cause) : takenBack('Kafka was not reached in time.'));
  };
  const loop = createSendLoop({ ...options, queue, giveUp, settings });

  const enqueue = (messages: readonly Outgoing[], deadlineMs: number): Promise<void> => {
    const { promise: answered, resolve, reject } = Promise.withResolvers<undefined>();
    const settle = (failure: Error | null): void => (failure === null ? resolve(undefined) : reject(failure));
    const call: Call = { messages, pending: messages.length, handed: false, settle };
    queue.push(call);
    loop.kick();
    const giveUpLate = (): Promise<void> => {
      giveUp(call);
      return answered;
    };
    return within({ clock, ms: deadlineMs }, () => answered, giveUpLate);
  };

  const send = async (count: number, deadlineMs: number, outgoing: () => Outgoing[]): Promise<void> => {
    if (isClosed) throw takenBack('The process is shutting down.');
    if (queue.size() + count > settings.queueMessages) throw takenBack('Too much is waiting for Kafka.');
    await enqueue(outgoing(), deadlineMs);
  };
  const encoded = (message: OutMessage): Outgoing => toOutgoing({ ...message, value: options.encode(message) });

  return {
    publish: async (messages, deadlineMs) => {
      if (messages.length > 0) await send(messages.length, deadlineMs, () => messages.map(encoded));
    },
    republish: (record, deadlineMs) => send(1, deadlineMs, () => [toOutgoing(record)]),
    close: async () => {
      isClosed = true;
      await within({ clock, ms: settings.closeBoundMs }, () => Promise.allSettled([loop.idle()]));
      for (const call of queue.calls()) giveUp(call);
      await within({ clock, ms: settings.closeBoundMs }, () => Promise.allSettled([loop.close()]));
    },
  };
}
