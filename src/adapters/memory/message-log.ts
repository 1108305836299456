import type { Clock } from '../../application/ports/clock.ts';
import { Fault } from '../../application/ports/fault.ts';
import type { MessagePublisher, OutMessage } from '../../application/ports/outbox.ts';
import { createMessageFrames } from './message-frame.ts';
import type { MessageFrames } from './message-frame.ts';

export type LogRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer | null;
};

export type RawMessage = Pick<LogRecord, 'key' | 'headers' | 'value'>;

export type MessageLog = MessagePublisher & {
  readonly frames: MessageFrames;
  readonly partitionsOf: (topic: string) => readonly (readonly LogRecord[])[];
  /** Every record of a topic, partition by partition. */
  readonly read: (topic: string) => readonly LogRecord[];
  /** Bytes as they are, also such as no producer of ours would send. */
  readonly append: (topic: string, message: RawMessage) => LogRecord;
  /** By partition, where the next process of the group begins. The group's runners write into it. */
  readonly offsetsOf: (group: string, topic: string) => number[];
  /** From now on nothing is acknowledged: one call is under way, later ones queue; `resume` lets all of them through. */
  readonly stall: () => void;
  readonly resume: () => void;
};

type HeldCall = { readonly messages: readonly OutMessage[]; readonly settle: (failure: Error | null) => void };

/** Calls without an answer: the first is under way and may arrive, the rest queue and can still be taken back. */
const createHeldCalls = (
  clock: Clock,
): {
  readonly hold: (messages: readonly OutMessage[], deadlineMs: number) => Promise<void>;
  readonly release: () => readonly HeldCall[];
} => {
  const queue: HeldCall[] = [];
  let underWay: HeldCall | null = null;
  return {
    hold: (messages, deadlineMs) =>
      new Promise((resolve, reject) => {
        const answered = new AbortController();
        const settle = (failure: Error | null): void => {
          answered.abort();
          if (failure === null) resolve();
          else reject(failure);
        };
        const call: HeldCall = { messages, settle };
        if (underWay === null) underWay = call;
        else queue.push(call);
        void clock.wait(deadlineMs, answered.signal).then(() => {
          if (answered.signal.aborted) return;
          const place = queue.indexOf(call);
          if (place >= 0) queue.splice(place, 1);
          const code = place >= 0 ? 'taken_back' : 'unacknowledged';
          settle(new Fault(code, 'The log did not acknowledge in time.', { retryable: true }));
        });
      }),
    release: () => {
      const held = underWay === null ? [] : [underWay, ...queue.splice(0)];
      underWay = null;
      return held;
    },
  };
};

const partitionOf = (key: string | null, partitions: number): number => {
  let hash = 0;
  for (const byte of Buffer.from(key ?? '')) hash = (hash * 31 + byte) % 1_000_003;
  return hash % partitions;
};

/** Kafka in one process: topics, partitions by key, acknowledgements that can be held back. Nothing in it takes time. */
export const createMessageLog = (
  topics: readonly { readonly name: string; readonly partitions: number }[],
  clock: Clock,
): MessageLog => {
  const frames = createMessageFrames();
  const partitions = new Map<string, LogRecord[][]>(
    topics.map(({ name, partitions: count }) => [name, Array.from({ length: count }, () => [])]),
  );
  const offsets = new Map<string, number[]>();
  const held = createHeldCalls(clock);
  let isStalled = false;

  const partitionsOf = (topic: string): LogRecord[][] => {
    const found = partitions.get(topic);
    if (found === undefined) throw new Error(`There is no topic ${topic}.`);
    return found;
  };

  const append = (topic: string, message: RawMessage): LogRecord => {
    const all = partitionsOf(topic);
    const partition = partitionOf(message.key, all.length);
    const records = all[partition] ?? [];
    const record = { topic, partition, offset: records.length, ...message };
    records.push(record);
    return record;
  };

  const appendAll = (messages: readonly OutMessage[]): void => {
    for (const { topic, key, headers, schema, value } of messages) {
      append(topic, { key, headers, value: value === null ? null : frames.encode(schema, value) });
    }
  };

  return {
    frames,
    partitionsOf,
    read: (topic) => partitionsOf(topic).flat(),
    append,
    offsetsOf: (group, topic) => {
      const name = `${group} ${topic}`;
      const found = offsets.get(name) ?? partitionsOf(topic).map(() => 0);
      offsets.set(name, found);
      return found;
    },
    publish: async (messages, deadlineMs) => {
      messages.forEach(({ topic }) => partitionsOf(topic));
      if (isStalled && messages.length > 0) await held.hold(messages, deadlineMs);
      else appendAll(messages);
    },
    stall: () => {
      isStalled = true;
    },
    resume: () => {
      isStalled = false;
      for (const call of held.release()) {
        appendAll(call.messages);
        call.settle(null);
      }
    },
  };
};
