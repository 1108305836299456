import { toIso } from '../domain/model/instant.ts';
import type { Schema } from './generated/contract.ts';
import { isInstant, mapBySchema } from './map-by-schema.ts';
import { redact, truncate } from './plain-text.ts';

/** Fields with text of others. What people may have typed, and a wallet's title (its number), is redacted as well. */
const foreignTexts: ReadonlyMap<string, (text: string, maxLength: number) => string> = new Map([
  ['reason', redact],
  ['title', redact],
  ['methodTitle', redact],
  ['lastReason', truncate],
  ['party', truncate],
  ['detail', truncate],
  ['brand', truncate],
  ['errorCode', truncate],
]);

function writeScalar(name: string, schema: Schema): (value: unknown) => unknown {
  const { maxLength } = schema;
  const clean = foreignTexts.get(name);
  if (clean !== undefined && maxLength !== undefined)
    return (value) => (typeof value === 'string' ? clean(value, maxLength) : value);
  if (isInstant(schema)) return (value) => (typeof value === 'number' ? toIso(value) : value);
  return (value) => value;
}

/**
 * A domain value as the contract shows it: only the fields that its schema names, so that secrets (keys, sealed requests,
 * methods, pages) are never published. Instants become text. Throws when a required field is missing, because null would be
 * a false statement. An optional one was added later, so an earlier message lacks it.
 */
export const writeBySchema = mapBySchema({
  scalar: writeScalar,
  missing: (name) => {
    throw new Error(`The schema requires the field ${name}, which is missing.`);
  },
});
