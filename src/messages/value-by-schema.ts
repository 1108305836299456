import { toIso } from '../domain/model/instant.ts';
import type { SchemaName } from './catalogue.ts';
import { type Schema, schemas } from './generated/contract.ts';
import { redact, truncate } from './plain-text.ts';

export type Fields = Readonly<Record<string, unknown>>;
type Pieces = Readonly<Record<string, Schema>>;

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

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function pickerOf(properties: Pieces, shared: Pieces): (source: Fields) => Fields {
  const shown = Object.entries(properties).map(([name, schema]) => ({ name, show: viewOf(name, schema, shared) }));
  return (source) =>
    Object.fromEntries(
      shown.map(({ name, show }) => {
        const value = source[name];
        if (value === undefined) throw new Error(`The contract wants ${name}, and there is none.`);
        return [name, show(value)];
      }),
    );
}

/** How one field is shown; null stays null, and whether it may be there is the validator's question. */
function viewOf(name: string, schema: Schema, shared: Pieces): (value: unknown) => unknown {
  const meant = schema.anyOf?.[0] ?? shared[schema.$ref?.replace('#/definitions/', '') ?? ''];
  if (meant !== undefined) return viewOf(name, meant, shared);
  const { properties, type, maxLength } = schema;
  if (properties !== undefined) {
    const pick = pickerOf(properties, shared);
    return (value) => (isObject(value) ? pick(value) : value);
  }
  const words = wordsOfOthers.get(name);
  if (words !== undefined && maxLength !== undefined)
    return (value) => (typeof value === 'string' ? words(value, maxLength) : value);
  const isText = [type].flat().includes('string');
  return (value) => (isText && typeof value === 'number' ? toIso(value) : value);
}

const pickers = new Map<SchemaName, (source: Fields) => Fields>();

/**
 * What the contract shows of a domain value: the fields that its schema names and nothing else, so that what is secret (keys,
 * sealed requests, methods, pages) cannot slip in. Instants become text. Throws when a field is missing, because a null in
 * its place would be a lie.
 */
export function valueBySchema(schemaName: SchemaName, source: Fields): Fields {
  const { properties = {}, definitions = {} } = schemas[schemaName];
  const pick = pickers.get(schemaName) ?? pickerOf(properties, definitions);
  pickers.set(schemaName, pick);
  return pick(source);
}
