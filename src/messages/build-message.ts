import type { OutMessage } from '../application/ports/outbox.ts';
import { catalogueEntry, type MessageType } from './catalogue.ts';
import { type Envelope, headersOf } from './envelope.ts';
import type { Fields } from './map-by-schema.ts';
import { validationError } from './validate.ts';
import { writeBySchema } from './write-by-schema.ts';

/** Brokers accept 1 MB by default; headers, key and the batch around the value need room too. */
const valueMaxBytes = 900 * 1024;
/** Dead letters carry sealed, base64-coded records of up to 1 MB; their topic accepts 2 MB. */
export const deadLetterMaxBytes = 2_000_000;

/** Builds a message of the fields that the schema names; the subject is the key. Throws on a violation, a bug of ours. */
export function buildMessage(type: MessageType, key: string, source: Fields, about: Envelope): OutMessage {
  const entry = catalogueEntry(type);
  const value = writeBySchema(entry.schemaName, source);
  const violation = validationError(entry.schemaName, value);
  if (violation !== null) throw new Error(`${entry.schemaName} breaks the contract: ${violation}`);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  const maxBytes = type === 'dead_letter' ? deadLetterMaxBytes : valueMaxBytes;
  if (bytes > maxBytes) throw new Error(`${entry.schemaName} is too large: ${bytes} bytes, at most ${maxBytes}.`);
  return { topic: entry.topic, key, headers: headersOf(entry, key, about), schema: entry.schemaName, value };
}
