import type { OutMessage } from '../../../application/ports/outbox.ts';
import { laneOf } from './lane-of.ts';

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
  /** See `laneOf`. */
  readonly lane: string;
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
    return { topic, lane: laneOf(topic, key), message: { key, value, headers: { ...headers } }, bytes };
  };
}

/** One call of `publish`: its messages are queued and answered together. */
export type Call = {
  readonly messages: readonly Outgoing[];
  /** Messages not acknowledged. */
  pending: number;
  /** Whether kafkajs has any of its messages; from then on the log may have them, too. */
  handed: boolean;
  /** The first answer counts. */
  readonly settle: (failure: Error | null) => void;
};

export type SendQueue = {
  readonly size: () => number;
  /** Whether messages of the lane wait. */
  readonly hasAny: (lane: string) => boolean;
  readonly push: (call: Call) => void;
  /**
   * The oldest messages of the wanted lanes within both limits, at least one when there is any. They keep their places until they are
   * acknowledged, so a message is never sent before an earlier one of its key.
   */
  readonly take: (
    limits: { readonly messages: number; readonly bytes: number },
    isWanted: (lane: string) => boolean,
  ) => readonly Outgoing[];
  readonly acknowledge: (batch: readonly Outgoing[]) => void;
  readonly drop: (call: Call) => void;
  readonly calls: (batch?: readonly Outgoing[]) => ReadonlySet<Call>;
};

/** First in, first out over all callers, which keeps the order of each key. Any call can be dropped. */
export function createSendQueue(): SendQueue {
  const waiting = new Map<Outgoing, Call>();
  /** How many of them are in each lane that has any. */
  const lanes = new Map<string, number>();
  const count = (lane: string, by: 1 | -1): void => {
    const counted = (lanes.get(lane) ?? 0) + by;
    if (counted === 0) lanes.delete(lane);
    else lanes.set(lane, counted);
  };
  const remove = (message: Outgoing): void => {
    if (waiting.delete(message)) count(message.lane, -1);
  };
  return {
    size: () => waiting.size,
    hasAny: (lane) => lanes.has(lane),
    push: (call) => {
      for (const message of call.messages) {
        waiting.set(message, call);
        count(message.lane, 1);
      }
    },
    take: ({ messages, bytes }, isWanted) => {
      const taken: Outgoing[] = [];
      let takenBytes = 0;
      for (const [next, call] of waiting) {
        if (!isWanted(next.lane)) continue;
        if (taken.length >= messages || (taken.length > 0 && takenBytes + next.bytes > bytes)) return taken;
        taken.push(next);
        takenBytes += next.bytes;
        call.handed = true;
      }
      return taken;
    },
    acknowledge: (batch) => {
      for (const message of batch) {
        const call = waiting.get(message);
        // A call that was given up meanwhile is answered.
        if (call === undefined) continue;
        remove(message);
        call.pending -= 1;
        if (call.pending === 0) call.settle(null);
      }
    },
    drop: (call) => {
      for (const message of call.messages) remove(message);
    },
    calls: (batch) => {
      const of = (message: Outgoing): readonly Call[] => [waiting.get(message) ?? []].flat();
      return new Set(batch === undefined ? waiting.values() : batch.flatMap(of));
    },
  };
}
