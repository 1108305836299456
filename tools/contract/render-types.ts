import { compile, type JSONSchema } from 'json-schema-to-typescript';
import type { ContractChannel } from './read-contract.ts';
import { type JsonSchema, without } from './read-schema.ts';
import { banner } from './render-contract.ts';

const options = {
  additionalProperties: false,
  bannerComment: '',
  ignoreMinAndMaxItems: true,
  strictIndexSignatures: true,
  format: true,
  style: { printWidth: 120, singleQuote: true },
} as const;

/** Types of the messages that we receive, each shared object once, and `MessageValues` by message type. */
export async function renderTypes(channels: readonly ContractChannel[], instantPattern: string): Promise<string> {
  const bare = (value: unknown): unknown => bareSchema(value, instantPattern);
  const messages = channels.filter(({ receive }) => receive !== undefined).flatMap((channel) => channel.messages);
  const definitions = new Map<string, unknown>();
  for (const { schema } of messages) {
    const { title, definitions: shared, ...body } = without('$schema', schema);
    for (const [name, definition] of Object.entries(shared ?? {})) definitions.set(name, bare(definition));
    definitions.set(String(title), bare({ title, ...body }));
  }
  const newest = [...messages].sort((a, b) => a.version - b.version);
  const properties = Object.fromEntries(
    newest.map(({ type, schema }) => [type, { $ref: `#/definitions/${String(schema['title'])}` }]),
  );
  const root = {
    title: 'MessageValues',
    description: 'Type of a message that we receive → what is read from its newest version.',
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
    definitions: Object.fromEntries(definitions),
  };
  const types = asAliases(await compile(root as JSONSchema, 'MessageValues', options));
  return `${banner}\n\n${instantImport}\n\n${types.trim()}\n`;
}

const instantImport = "import type { Instant } from '../../domain/model/instant.ts';";

/** A type alias is assignable to a record, an interface is not. */
const asAliases = (types: string): string =>
  types.replace(/^export interface (\w+) \{$/gm, 'export type $1 = {').replace(/^\}$/gm, '};');

/** A description beside a `$ref` would make each use of a shared object a type of its own. An instant is read as a number. */
function bareSchema(value: unknown, instantPattern: string): unknown {
  const bare = (inner: unknown): unknown => bareSchema(inner, instantPattern);
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const schema = value as JsonSchema;
  if (typeof schema['$ref'] === 'string') return { $ref: schema['$ref'] };
  const isInstant = schema['pattern'] === instantPattern;
  const tsType = [schema['type']].flat().includes('null') ? 'Instant | null' : 'Instant';
  return Object.fromEntries(
    Object.entries(isInstant ? { ...schema, tsType } : schema)
      .filter(([keyword]) => keyword !== 'examples')
      .map(([keyword, inner]) => [keyword, bare(inner)]),
  );
}
