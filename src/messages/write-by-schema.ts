import { toIso } from '../domain/model/instant.ts';
import type { Schema } from './generated/contract.ts';
import { isInstant, mapBySchema } from './map-by-schema.ts';
import { redact, truncate } from './plain-text.ts';

/** Fields with words that are not ours. What people may have typed, and a wallet's title (its number), is blotted out too. */
const wordsOfOthers: ReadonlyMap<string, (text: string, maxLength: number) => string> = new Map([
  ['reason', redact],
  ['title', redact],
  ['lastReason', truncate],
  ['party', truncate],
  ['detail', truncate],
  ['brand', truncate],
  ['errorCode', truncate],
]);

function writeScalar(name: string, schema: Schema): (value: unknown) => unknown {
  const { maxLength } = schema;
  const words = wordsOfOthers.get(name);
  if (words !== undefined && maxLength !== undefined)
    return (value) => (typeof value === 'string' ? words(value, maxLength) : value);
  if (isInstant(schema)) return (value) => (typeof value === 'number' ? toIso(value) : value);
  return (value) => value;
}

/**
 * What the contract shows of a domain value: the fields that its schema names and nothing else, so that what is secret (keys,
 * sealed requests, methods, pages) cannot slip in. Instants become text. Throws when a field is missing, because a null in
 * its place would be a lie.
 */
export const writeBySchema = mapBySchema({
  scalar: writeScalar,
  missing: (name) => {
    throw new Error(`The contract wants ${name}, and there is none.`);
  },
});
