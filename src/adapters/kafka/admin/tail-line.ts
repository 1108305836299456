import { typeFromHeader } from '../../../messages/catalogue.ts';
import { type LogRecord, readHeaders } from '../consumer/decode-delivery.ts';
import type { Decoder } from '../registry/registry.ts';

export type TailFilter = {
  /** A user's id; also matches any other key, such as the object id of a hint. */
  readonly user?: string;
  /** A message type, or the first part of one: `subscription` finds `subscription.activated`. */
  readonly type?: string;
};

/** One message as a developer reads it: the envelope's essentials, then the value. */
export type TailLine = {
  readonly time: string;
  readonly topic: string;
  readonly type: string | null;
  readonly key: string | null;
  readonly id: string | null;
  readonly sequence: number | null;
  readonly correlationId: string | null;
  readonly partition: number;
  readonly offset: string;
  readonly value: unknown;
  readonly undecodable?: string;
};

function isWanted(line: Pick<TailLine, 'key' | 'type'>, subject: string | undefined, filter: TailFilter): boolean {
  const { user, type } = filter;
  if (user !== undefined && line.key !== user && subject !== user) return false;
  return type === undefined || line.type === type || line.type?.startsWith(`${type}.`) === true;
}

async function decode(decoder: Decoder, value: Buffer | null): Promise<Pick<TailLine, 'value' | 'undecodable'>> {
  if (value === null) return { value: null };
  try {
    return { value: await decoder.decode(value) };
  } catch (error) {
    return { value: null, undecodable: error instanceof Error ? error.message : 'unknown' };
  }
}

/** A broker accepts any number as a time; one that no Date can hold is shown as the start of 1970. */
function timeOf(timestamp: string): string {
  const time = new Date(Number(timestamp));
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString();
}

/** Null when the message does not match the filter; only matching messages are decoded. */
export async function toTailLine(
  from: { readonly topic: string; readonly partition: number; readonly message: LogRecord },
  decoder: Decoder,
  filter: TailFilter,
): Promise<TailLine | null> {
  const { topic, partition, message } = from;
  const headers = readHeaders(message.headers);
  const type = typeFromHeader(headers['ce_type']);
  const key = message.key?.toString('utf8') ?? null;
  if (!isWanted({ key, type }, headers['ce_subject'], filter)) return null;
  const sequence = headers['ce_sequence'];
  return {
    time: headers['ce_time'] ?? timeOf(message.timestamp),
    topic,
    type,
    key,
    id: headers['ce_id'] ?? null,
    sequence: sequence === undefined ? null : Number(sequence),
    correlationId: headers['ce_correlationid'] ?? null,
    partition,
    offset: message.offset,
    ...(await decode(decoder, message.value)),
  };
}

const rankOf = (line: TailLine): readonly [string, string, number, string, number] => [
  line.time,
  line.key ?? '',
  line.sequence ?? 0,
  line.topic,
  Number(line.offset),
];

/** By time; messages of one user at the same instant by their sequence, over all topics. */
export function compareTailLines(a: TailLine, b: TailLine): number {
  const other = rankOf(b);
  for (const [place, value] of rankOf(a).entries()) {
    const against = other[place] ?? value;
    if (value !== against) return value < against ? -1 : 1;
  }
  return 0;
}
