import { ContractError } from './contract-error.ts';
import { type JsonSchema, mapSchemas, readSchema, without } from './read-schema.ts';

/**
 * A self-contained schema. A shared object becomes a definition, so that it has one name in every language. A shared scalar
 * is copied in place, because readers of draft-07 may ignore a description beside a `$ref`.
 */
export function bundleSchema(schema: JsonSchema): JsonSchema {
  const definitions = new Map<string, JsonSchema>();
  const bundled = inline(schema, definitions);
  if (definitions.size === 0) return bundled;
  const sorted = [...definitions].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...bundled, definitions: Object.fromEntries(sorted) };
}

const inline = (schema: JsonSchema, definitions: Map<string, JsonSchema>): JsonSchema =>
  mapSchemas(schema, ({ $ref, ...rest }) =>
    typeof $ref === 'string' ? resolveReference($ref, rest, definitions) : rest,
  );

function resolveReference(target: string, beside: JsonSchema, definitions: Map<string, JsonSchema>): JsonSchema {
  const { title, ...body } = without('$schema', readSchema(target));
  if (typeof title !== 'string') throw new ContractError(`${target} has no title: shared pieces are named by it.`);
  if (body['type'] !== 'object') return { ...inline(body, definitions), ...beside };
  if (!definitions.has(title)) definitions.set(title, inline(body, definitions));
  return { ...beside, $ref: `#/definitions/${title}` };
}
