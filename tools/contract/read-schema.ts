import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ContractError } from './contract-error.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const asSchema = (value: unknown): JsonSchema => (isSchema(value) ? value : {});

export const without = (keyword: string, schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));

/** Examples and enums are data, which may look like a schema. */
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

/**
 * One schema file. Every `$ref` becomes an absolute path, so that it stays valid wherever the schema is copied.
 * `"$extends": "../shared/command.json"` is replaced by the content of that file, whose fields come first.
 */
export function readSchema(path: string): JsonSchema {
  const schema = mapSchemas(readObject(path), (inner) =>
    typeof inner['$ref'] === 'string' ? { ...inner, $ref: resolve(dirname(path), inner['$ref']) } : inner,
  );
  const base = schema['$extends'];
  return typeof base === 'string' ? extend(readSchema(resolve(dirname(path), base)), schema) : schema;
}

/** The texts of `own` and the fields of both; `allOf` cannot extend a closed schema. */
function extend({ type, additionalProperties, ...base }: JsonSchema, own: JsonSchema): JsonSchema {
  const { $schema, title, description } = own;
  const required = [base, own].flatMap(
    (part) => (Array.isArray(part['required']) ? part['required'] : []) as unknown[],
  );
  const properties = { ...asSchema(base['properties']), ...asSchema(own['properties']) };
  return { $schema, title, description, type, additionalProperties, ...without('$extends', own), required, properties };
}

export function readObject(path: string): JsonSchema {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ContractError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (!isSchema(parsed)) throw new ContractError(`${path}: a JSON object is expected.`);
  return parsed;
}
