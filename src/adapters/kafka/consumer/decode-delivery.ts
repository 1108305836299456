import type { KafkaMessage } from 'kafkajs';
import type { Delivery } from '../../../application/ports/consumer.ts';
import { Poison } from '../../../application/ports/faults.ts';
import { typeFromHeader } from '../../../messages/catalogue.ts';
import { truncate } from '../../../messages/plain-text.ts';
import { unreadableBatch } from '../client/compression/stand-in.ts';
import type { Decoder } from '../registry/registry.ts';

type HeaderValue = Buffer | string | null | undefined;

/** Headers as a broker can hold them. A header may have no value, which kafkajs hands over as null and its types deny. */
export type LogHeaders = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/** What of a record counts here; a parked one has nothing else. */
export type LogRecord = Pick<KafkaMessage, 'key' | 'value' | 'offset' | 'timestamp'> & {
  readonly headers?: LogHeaders | undefined;
};

const toText = (value: Buffer | string): string => (typeof value === 'string' ? value : value.toString('utf8'));

const lastOf = (value: LogHeaders[string]): HeaderValue => (Array.isArray(value) ? value.at(-1) : value) as HeaderValue;

/** Headers as strings, without those that have no value. Of a repeated header the last counts, as ours are there once. */
export const readHeaders = (headers: LogHeaders | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => {
      const last = lastOf(value);
      return last === undefined || last === null ? [] : [[name, toText(last)]];
    }),
  );

/** Ids of ours are shorter. Of others' ids no more is taken, for they travel on in every event and must find room there. */
const longestId = 256;

function idIn(headers: Readonly<Record<string, string>>, name: string): string | null {
  const id = headers[name];
  return id === undefined ? null : truncate(id, longestId);
}

/** What a record says of where it comes from; a record of others may say nothing. */
export const originOf = (headers: Readonly<Record<string, string>>) => ({
  id: idIn(headers, 'ce_id'),
  correlationId: idIn(headers, 'ce_correlationid'),
  causationId: idIn(headers, 'ce_causationid'),
});

/** Bytes of the log → what a consumer sees. Throws Poison on what can never be read, a retryable Fault without the registry. */
export async function decodeDelivery(
  decoder: Decoder,
  topic: string,
  partition: number,
  message: LogRecord,
): Promise<Delivery> {
  const headers = readHeaders(message.headers);
  const type = typeFromHeader(headers['ce_type']);
  const { id, correlationId, causationId } = originOf(headers);
  if (message.headers !== undefined && unreadableBatch in message.headers)
    throw new Poison('unreadable_batch', 'The batch of this message cannot be decompressed.');
  if (message.key === null) throw new Poison('no_key', 'The message has no key.');
  if (type === null || id === null) throw new Poison('no_envelope', 'The headers lack ce_id or a ce_type of ours.');
  return {
    topic,
    partition,
    offset: message.offset,
    key: toText(message.key),
    headers,
    type,
    value: message.value === null ? null : await decoder.decode(message.value),
    trace: { correlationId: correlationId ?? id, causationId },
  };
}
