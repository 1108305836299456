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

/** Types of the values that we receive, shared pieces once, and `MessageValues`: message type → type of its value. */
export async function renderTypes(channels: readonly ContractChannel[]): Promise<string> {
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
    description: 'Type of a message that we receive → its value in the newest version.',
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
    definitions: Object.fromEntries(definitions),
  };
  const types = asAliases(await compile(root as JSONSchema, 'MessageValues', options));
  return `${banner}\n\n${types.trim()}\n`;
}

/** An alias can be passed where any record is taken, an interface cannot. */
const asAliases = (types: string): string =>
  types.replace(/^export interface (\w+) \{$/gm, 'export type $1 = {').replace(/^\}$/gm, '};');

/** Words beside a `$ref` would make every use of a shared piece a type of its own. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const schema = value as JsonSchema;
  if (typeof schema['$ref'] === 'string') return { $ref: schema['$ref'] };
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => keyword !== 'examples')
      .map(([keyword, inner]) => [keyword, bare(inner)]),
  );
}
