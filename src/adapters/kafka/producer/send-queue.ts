import type { OutMessage } from '../../../application/ports/outbox.ts';

/** Value → bytes with the registry's id in front, null for a tombstone; throws on a value that breaks its schema. */
export type Encode = (message: OutMessage) => Buffer | null;

/** A record as it lies in the log. */
export type RawRecord = {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

export type Outgoing = {
  readonly topic: string;
  readonly message: Omit<RawRecord, 'topic' | 'headers'> & { readonly headers: Record<string, string> };
  readonly bytes: number;
};

const headersBytes = (headers: Readonly<Record<string, string>>): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);

export const recordBytes = ({ key, value, headers }: Omit<RawRecord, 'topic'>): number =>
  (value?.length ?? 0) + Buffer.byteLength(key ?? '') + headersBytes(headers);

/**
 * Refuses messages that can never be sent, because they would fail their whole batch: kafkajs retries a send to a missing
 * topic, and a message too large fails the request.
 */
export function createOutgoing(topicNames: readonly string[], maxBytes: number): (record: RawRecord) => Outgoing {
  const topics = new Set(topicNames);
  return ({ topic, key, value, headers }) => {
    if (!topics.has(topic)) throw new Error(`There is no topic ${topic}.`);
    const bytes = recordBytes({ key, value, headers });
    if (bytes > maxBytes) throw new Error(`A message of ${bytes} bytes to ${topic} is too large.`);
    return { topic, message: { key, value, headers: { ...headers } }, bytes };
  };
}

/** One call of `publish`: its messages are queued and answered together. */
export type Call = {
  /** Still in the queue, oldest first. */
  readonly waiting: Outgoing[];
  /** Messages not acknowledged. */
  pending: number;
  /** Whether kafkajs has any of its messages; from then on the log may have them, too. */
  handed: boolean;
  /** The first answer counts. */
  readonly settle: (failure: Error | null) => void;
};

export type Taken = Outgoing & { readonly call: Call };

export type SendQueue = {
  readonly size: () => number;
  readonly push: (call: Call) => void;
  /** Removes the oldest messages within both limits, at least one when there is any. */
  readonly take: (limits: { readonly messages: number; readonly bytes: number }) => readonly Taken[];
  readonly drop: (call: Call) => void;
  readonly calls: () => readonly Call[];
};

/** First in, first out over all callers, which keeps the order of each key. Any call can be dropped. */
export function createSendQueue(): SendQueue {
  const calls = new Set<Call>();
  let size = 0;
  return {
    size: () => size,
    push: (call) => {
      calls.add(call);
      size += call.waiting.length;
    },
    take: ({ messages, bytes }) => {
      const taken: Taken[] = [];
      let takenBytes = 0;
      for (const call of calls) {
        for (let next = call.waiting[0]; next !== undefined; next = call.waiting[0]) {
          if (taken.length >= messages || (taken.length > 0 && takenBytes + next.bytes > bytes)) return taken;
          taken.push({ ...next, call });
          takenBytes += next.bytes;
          call.waiting.shift();
          call.handed = true;
          size -= 1;
        }
        calls.delete(call);
      }
      return taken;
    },
    drop: (call) => {
      if (calls.delete(call)) size -= call.waiting.length;
    },
    calls: () => [...calls],
  };
}
