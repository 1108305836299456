import type { Clock } from '../../application/ports/clock.ts';
import { Fault } from '../../application/ports/fault.ts';
import type { Log } from '../../application/ports/log.ts';
import type { MessagePublisher, OutMessage } from '../../application/ports/outbox.ts';
import { createOutgoing } from './outgoing.ts';
import type { Encode } from './outgoing.ts';
import type { ProducerLink } from './producer-link.ts';
import { createSendLoop } from './send-loop.ts';
import { createSendQueue } from './send-queue.ts';
import type { Call, Entry } from './send-queue.ts';
import { producerSettings } from './settings.ts';
import type { ProducerSettings } from './settings.ts';
import { waitWithin } from './wait-within.ts';

export type ProducerOptions = {
  readonly connect: () => Promise<ProducerLink>;
  readonly encode: Encode;
  /** The topics there are; a message to any other is refused. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly settings?: ProducerSettings;
};

export type ProducerCounts = {
  readonly queued: number;
  readonly batches: number;
  readonly acknowledged: number;
  readonly takenBack: number;
  readonly unacknowledged: number;
};

/** `publish` takes its deadline in milliseconds from now. */
export type Producer = MessagePublisher & {
  /** Acknowledges what it can within a bound, takes the rest back, disconnects. */
  readonly close: () => Promise<void>;
  readonly snapshot: () => ProducerCounts;
};

const takenBack = (why: string): Fault => new Fault('taken_back', why, { retryable: true });

/** Retryable, because every message has an id and readers expect repeats; not "never sent", because it may be there. */
const unacknowledged = (cause: unknown): Fault =>
  new Fault('unacknowledged', 'Kafka did not acknowledge the message; it may or may not be in the log.', {
    retryable: true,
    cause,
  });

const openCall = (pending: number, onSettled: (failure: Error | null) => void): Call => {
  const call: Call = {
    pending,
    handed: false,
    settled: false,
    settle: (failure) => {
      if (call.settled) return;
      call.settled = true;
      onSettled(failure);
    },
  };
  return call;
};

/**
 * The one producer of a process. Calls that arrive while a send is in flight travel together in the next one, so load makes
 * batches and no timer is needed. One send at a time keeps the order of every key without the idempotent producer.
 */
export const createProducer = (options: ProducerOptions): Producer => {
  const { clock, settings = producerSettings } = options;
  const queue = createSendQueue();
  const counts = { batches: 0, acknowledged: 0, takenBack: 0, unacknowledged: 0 };
  const toEntries = createOutgoing(options.encode, options.topics, settings.messageBytes);
  let isClosed = false;

  const refuse = (why: string): Fault => {
    counts.takenBack += 1;
    return takenBack(why);
  };
  const fail = (call: Call, cause?: unknown): void => {
    queue.dropCall(call);
    if (call.settled) return;
    if (call.handed) counts.unacknowledged += 1;
    call.settle(call.handed ? unacknowledged(cause) : refuse('Kafka was not reached in time.'));
  };
  const loop = createSendLoop({
    ...options,
    queue,
    settings,
    onTaken: (batch) => {
      counts.batches += 1;
      for (const { call } of batch) call.handed = true;
    },
    onAcknowledged: (batch) => {
      counts.acknowledged += batch.length;
      for (const { call } of batch) {
        call.pending -= 1;
        if (call.pending === 0) call.settle(null);
      }
    },
    onFailed: (batch: readonly Entry[], error) => {
      for (const { call } of batch) fail(call, error);
    },
  });

  const enqueue = (messages: readonly OutMessage[], deadlineMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const answered = new AbortController();
      const call = openCall(messages.length, (failure) => {
        // A reason of our own: the default is an error with a stack, made for every message and read by nobody.
        answered.abort('answered');
        if (failure === null) resolve();
        else reject(failure);
      });
      queue.push(toEntries(messages, call));
      loop.kick();
      void clock.wait(deadlineMs, answered.signal).then(() => fail(call));
    });

  return {
    publish: async (messages, deadlineMs) => {
      if (messages.length === 0) return;
      if (isClosed) throw refuse('The process is shutting down.');
      if (queue.size() + messages.length > settings.queueMessages) throw refuse('Too much is waiting for Kafka.');
      await enqueue(messages, deadlineMs);
    },
    close: async () => {
      isClosed = true;
      await waitWithin(clock, settings.closeBoundMs, loop.idle());
      for (const call of queue.calls()) fail(call);
      await waitWithin(clock, settings.closeBoundMs, loop.close());
    },
    snapshot: () => ({ queued: queue.size(), ...counts }),
  };
};
