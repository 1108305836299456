import type { OutMessage } from '../application/ports/outbox.ts';
import { catalogueEntry } from './catalogue.ts';
import type { MessageType } from './catalogue.ts';
import { headersOf } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { complaintAbout } from './validate.ts';
import { valueBySchema } from './value-by-schema.ts';
import type { Fields } from './value-by-schema.ts';

/** Brokers take 1 MB by default; headers, key and the batch around the value need room too. */
const VALUE_MAX_BYTES = 900 * 1024;
/** Dead letters carry sealed, base64-coded records of up to 1 MB; their topic takes 2 MB. */
export const deadLetterMaxBytes = 2_000_000;

/** A message of what the contract shows of `source`; throws on a breach, which is always a bug of ours. Subject is the key. */
export function buildMessage(type: MessageType, key: string, source: Fields, about: Envelope): OutMessage {
  const entry = catalogueEntry(type);
  const value = valueBySchema(entry.schemaName, source);
  const complaint = complaintAbout(entry.schemaName, value);
  if (complaint !== null) throw new Error(`${entry.schemaName} breaks the contract: ${complaint}`);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  const maxBytes = type === 'dead_letter' ? deadLetterMaxBytes : VALUE_MAX_BYTES;
  if (bytes > maxBytes) throw new Error(`${entry.schemaName} is too large: ${bytes} bytes, at most ${maxBytes}.`);
  return { topic: entry.topic, key, headers: headersOf(entry, key, about), schema: entry.schemaName, value };
}
