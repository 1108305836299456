import { join } from 'node:path';
import { ContractError } from './contract-error.ts';
import { asSchema, type JsonSchema } from './read-schema.ts';

export const goldenPathOf = (schemas: string, schemaName: string): string =>
  join(schemas, 'golden', `${schemaName}.json`);

/** A complete value of a self-contained schema, from the first example of each field. */
export function sampleOf(root: JsonSchema, schemaPath: string, goldenPath: string): unknown {
  const sample = (schema: JsonSchema, place: string): unknown => {
    const { examples, $ref, properties } = schema;
    if (Array.isArray(examples) && examples.length > 0) return examples[0] as unknown;
    if (typeof $ref === 'string') {
      const name = $ref.replace('#/definitions/', '');
      return sample(asSchema(asSchema(root['definitions'])[name]), `${place} (${name})`);
    }
    if (properties !== undefined)
      return Object.fromEntries(
        Object.entries(asSchema(properties)).map(([name, field]) => [
          name,
          sample(asSchema(field), place === '' ? name : `${place}.${name}`),
        ]),
      );
    throw new ContractError(
      `${schemaPath}: ${place} has no example. Add "examples" to it, or write ${goldenPath} by hand.`,
    );
  };
  return sample(root, '');
}
