import type { TopicMessages } from 'kafkajs';
import type { OutMessage } from '../../application/ports/outbox.ts';
import type { Call, Entry } from './send-queue.ts';

/** Value → bytes with the registry's id in front, null for a tombstone; throws on a value that breaks its schema. */
export type Encode = (message: OutMessage) => Buffer | null;

const headersBytes = (headers: Readonly<Record<string, string>>): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);

/**
 * Messages ready to travel. What can never be sent is refused here, because in a batch it would take its neighbours down
 * with it: a missing topic is retried by the client library, a message too large fails the whole request.
 */
export const createOutgoing = (
  encode: Encode,
  topicNames: readonly string[],
  maxBytes: number,
): ((messages: readonly OutMessage[], call: Call) => readonly Entry[]) => {
  const topics = new Set(topicNames);
  return (messages, call) =>
    messages.map((message) => {
      const { topic, key, headers } = message;
      if (!topics.has(topic)) throw new Error(`There is no topic ${topic}.`);
      const value = encode(message);
      const bytes = (value?.length ?? 0) + Buffer.byteLength(key) + headersBytes(headers);
      if (bytes > maxBytes) throw new Error(`A message of ${bytes} bytes to ${topic} is too large.`);
      return { call, topic, message: { key, value, headers: { ...headers } }, bytes };
    });
};

export const groupByTopic = (batch: readonly Entry[]): TopicMessages[] => {
  const byTopic = new Map<string, TopicMessages>();
  for (const { topic, message } of batch) {
    const group = byTopic.get(topic);
    if (group === undefined) byTopic.set(topic, { topic, messages: [message] });
    else group.messages.push(message);
  }
  return [...byTopic.values()];
};
