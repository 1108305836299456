import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ContractError } from './contract-error.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const asSchema = (value: unknown): JsonSchema => (isSchema(value) ? value : {});

export const without = (keyword: string, schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));

/** Data that may look like a schema is not one. */
const isData = (keyword: string): boolean => keyword === 'examples' || keyword === 'enum';

/** The schema with `change` made to every schema in it, the innermost first. */
export function mapSchemas(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    return isSchema(value) ? mapSchemas(value, change) : value;
  };
  return change(
    Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => [keyword, isData(keyword) ? value : walk(value)]),
    ),
  );
}

/** One schema file; every `$ref` becomes an absolute path, so that the schema means the same wherever it is put. */
export function readSchema(path: string): JsonSchema {
  return mapSchemas(parseSchema(path), (inner) =>
    typeof inner['$ref'] === 'string' ? { ...inner, $ref: resolve(dirname(path), inner['$ref']) } : inner,
  );
}

function parseSchema(path: string): JsonSchema {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ContractError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (!isSchema(parsed)) throw new ContractError(`${path} is no schema: a JSON object is expected.`);
  return parsed;
}
