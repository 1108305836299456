import type { KafkaMessage } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Delivery } from '../../../application/ports/consumer.ts';
import { Poison } from '../../../application/ports/faults.ts';
import { type Instant, writableOrNull } from '../../../domain/model/instant.ts';
import { typeFromHeader } from '../../../messages/catalogue.ts';
import { notKnown } from '../../../messages/parse.ts';
import { truncate } from '../../../messages/plain-text.ts';
import { standInAttributes } from '../client/compression/stand-in.ts';
import type { Decoder } from '../registry/registry.ts';

type HeaderValue = Buffer | string | null | undefined;

/** Headers as a broker can hold them. For a header without a value kafkajs returns null, which its types deny. */
export type LogHeaders = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/** The parts of a record that are used; a parked record has no others. */
export type LogRecord = Pick<KafkaMessage, 'key' | 'value' | 'offset' | 'timestamp'> & {
  readonly headers?: LogHeaders | undefined;
  /** Of what comes from the log; kafkajs passes them on unread. */
  readonly attributes?: number;
};

const toText = (value: Buffer | string): string => (typeof value === 'string' ? value : value.toString('utf8'));

const lastOf = (value: LogHeaders[string]): HeaderValue => (Array.isArray(value) ? value.at(-1) : value) as HeaderValue;

/** Headers as strings, without those that have no value. The last of a repeated header counts; we never repeat one. */
export const readHeaders = (headers: LogHeaders | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => {
      const last = lastOf(value);
      return last === undefined || last === null ? [] : [[name, toText(last)]];
    }),
  );

/** Our ids are shorter. Longer foreign ids are truncated, because every resulting event carries them. */
const longestId = 256;

/** An id out of a header; null when there is none. */
export function idIn(headers: Readonly<Record<string, string>>, name: string): string | null {
  const id = headers[name];
  return id === undefined ? null : truncate(id, longestId);
}

/** The ids in the headers of a record; a foreign record may have none. */
export const originOf = (headers: Readonly<Record<string, string>>) => ({
  id: idIn(headers, 'ce_id'),
  correlationId: idIn(headers, 'ce_correlationid'),
  causationId: idIn(headers, 'ce_causationid'),
});

/** Kafka has -1 where a record has no time. */
function recordTime({ timestamp }: Pick<LogRecord, 'timestamp'>): Instant | null {
  const at = Number(timestamp);
  return at > 0 ? writableOrNull(at) : null;
}

type DecodeTools = { readonly decoder: Decoder; readonly clock: Pick<Clock, 'now'> };

/**
 * An envelope of ours around a schema that the registry denies: a replica of it may lag, and a proxy may lack the route. While a newer
 * version may have written the message its key waits.
 */
async function decodeValue({ decoder, clock }: DecodeTools, value: Buffer, headers: Delivery['headers']) {
  try {
    return await decoder.decode(value);
  } catch (error) {
    if (!(error instanceof Poison) || error.code !== 'unknown_schema') throw error;
    throw notKnown(error.code, error.message, { headers }, clock.now());
  }
}

/**
 * Throws Poison on what can never be read, a Fault that queues on what may be readable later, and a retryable Fault while the registry
 * is unavailable.
 */
export async function decodeDelivery(
  tools: DecodeTools,
  topic: string,
  partition: number,
  message: LogRecord,
): Promise<Delivery> {
  const headers = readHeaders(message.headers);
  const type = typeFromHeader(headers['ce_type']);
  const { id, correlationId, causationId } = originOf(headers);
  if (message.attributes === standInAttributes)
    throw new Poison('unreadable_batch', 'The batch of this message cannot be decompressed.');
  if (message.key === null) throw new Poison('no_key', 'The message has no key.');
  if (type === null || id === null) throw new Poison('no_envelope', 'The headers lack ce_id or a ce_type of ours.');
  return {
    topic,
    partition,
    offset: message.offset,
    recordedAt: recordTime(message),
    key: toText(message.key),
    headers,
    type,
    value: message.value === null ? null : await decodeValue(tools, message.value, headers),
    trace: { correlationId: correlationId ?? id, causationId },
  };
}
