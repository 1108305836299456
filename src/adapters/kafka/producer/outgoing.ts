import type { OutMessage } from '../../../application/ports/outbox.ts';

/** Value → bytes with the registry's id in front, null for a tombstone; throws on a value that breaks its schema. */
export type Encode = (message: OutMessage) => Buffer | null;

/** A message ready to travel. */
export type Outgoing = {
  readonly topic: string;
  readonly message: { readonly key: string; readonly value: Buffer | null; readonly headers: Record<string, string> };
  readonly bytes: number;
};

const headersBytes = (headers: Readonly<Record<string, string>>): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);

/**
 * What can never be sent is refused here, because in a batch it would take its neighbours down with it: a missing topic is
 * retried by the client library, a message too large fails the whole request.
 */
export function createOutgoing(
  encode: Encode,
  topicNames: readonly string[],
  maxBytes: number,
): (message: OutMessage) => Outgoing {
  const topics = new Set(topicNames);
  return (message) => {
    const { topic, key, headers } = message;
    if (!topics.has(topic)) throw new Error(`There is no topic ${topic}.`);
    const value = encode(message);
    const bytes = (value?.length ?? 0) + Buffer.byteLength(key) + headersBytes(headers);
    if (bytes > maxBytes) throw new Error(`A message of ${bytes} bytes to ${topic} is too large.`);
    return { topic, message: { key, value, headers: { ...headers } }, bytes };
  };
}
