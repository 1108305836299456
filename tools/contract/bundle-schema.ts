import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export type JsonSchema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readSchema(path: string): JsonSchema {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isSchema(parsed)) throw new Error(`${path} is no schema: a JSON object is expected.`);
  return parsed;
}

/**
 * One schema that stands alone. A shared object becomes a definition, so that it has one name in every language; a shared
 * scalar is written out in place, because readers of draft-07 may ignore a description that stands beside a `$ref`.
 */
export function bundleSchema(path: string): JsonSchema {
  const definitions = new Map<string, JsonSchema>();
  const bundled = inline(readSchema(path), path, definitions);
  if (definitions.size === 0) return bundled;
  const sorted = [...definitions].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...bundled, definitions: Object.fromEntries(sorted) };
}

function inline(schema: JsonSchema, path: string, definitions: Map<string, JsonSchema>): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    return isSchema(value) ? inline(value, path, definitions) : value;
  };
  // Data that may look like a schema is not one.
  const isData = (keyword: string): boolean => keyword === 'examples' || keyword === 'enum';
  const walked = Object.entries(schema).map(
    ([keyword, value]) => [keyword, isData(keyword) ? value : walk(value)] as const,
  );
  const { $ref, ...rest }: JsonSchema = Object.fromEntries(walked);
  return typeof $ref === 'string' ? resolveReference($ref, rest, path, definitions) : rest;
}

function resolveReference(
  reference: string,
  beside: JsonSchema,
  path: string,
  definitions: Map<string, JsonSchema>,
): JsonSchema {
  const target = resolve(dirname(path), reference);
  const { title, ...body } = without('$schema', readSchema(target));
  if (typeof title !== 'string') throw new Error(`${target} has no title: shared pieces are named by it.`);
  if (body['type'] !== 'object') return { ...inline(body, target, definitions), ...beside };
  if (!definitions.has(title)) definitions.set(title, inline(body, target, definitions));
  return { ...beside, $ref: `#/definitions/${title}` };
}

export const without = (keyword: string, schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));
