import type { KafkaMessage } from 'kafkajs';
import { Poison } from '../../application/ports/doors.ts';
import type { Delivery } from '../../application/ports/doors.ts';
import { typeFromHeader } from '../../messages/catalogue.ts';
import type { Decoder } from './registry.ts';

/** What of a record counts here; a parked one has nothing else. */
export type LogRecord = Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'offset' | 'timestamp'>;

const toText = (value: Buffer | string): string => (typeof value === 'string' ? value : value.toString('utf8'));

/** Headers as strings. Of a repeated header the last counts, as in kafkajs's own producer there is only one. */
export const readHeaders = (headers: KafkaMessage['headers']): Readonly<Record<string, string>> => {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) read[name] = toText(last);
  }
  return read;
};

/** Bytes of the log → what a consumer sees. Throws Poison on what can never be read, a retryable Fault without the registry. */
export const decodeDelivery = async (
  decoder: Decoder,
  topic: string,
  partition: number,
  message: LogRecord,
): Promise<Delivery> => {
  const headers = readHeaders(message.headers);
  const type = typeFromHeader(headers['ce_type']);
  const id = headers['ce_id'];
  if (message.key === null) throw new Poison('no_key', 'The message has no key.');
  if (type === null || id === undefined)
    throw new Poison('no_envelope', 'The headers lack ce_id or a ce_type of ours.');
  return {
    topic,
    partition,
    offset: message.offset,
    key: toText(message.key),
    headers,
    type,
    value: message.value === null ? null : await decoder.decode(message.value),
    trace: { correlationId: headers['ce_correlationid'] ?? id, causationId: headers['ce_causationid'] ?? null },
  };
};
