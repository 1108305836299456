import type { SchemaName } from './catalogue.ts';
import { instantPattern, type Schema, schemas } from './generated/contract.ts';

export type Fields = Readonly<Record<string, unknown>>;
type MapValue = (value: unknown) => unknown;
type Definitions = Readonly<Record<string, Schema>>;

export type FieldRules = {
  /** How the value of a field is changed, by the field's name and schema. Null may be among the values. */
  readonly scalar: (name: string, schema: Schema) => MapValue;
  /** Called for a required field that the source does not have. Any field that it lacks is left out. */
  readonly missing: (name: string) => void;
};

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The generated schemas inline their scalar definitions, so only the pattern shows that a field is an instant. */
export const isInstant = (schema: Schema): boolean => schema['pattern'] === instantPattern;

/** Copies exactly the fields that a schema names, at any depth. */
export function mapBySchema(rules: FieldRules): (schemaName: SchemaName, source: Fields) => Fields {
  const mappers = new Map<SchemaName, (source: Fields) => Fields>();
  return (schemaName, source) => {
    const schema: Schema = schemas[schemaName];
    const map = mappers.get(schemaName) ?? mapFields(schema, schema.definitions ?? {}, rules);
    mappers.set(schemaName, map);
    return map(source);
  };
}

function mapFields(
  { properties = {}, required = [] }: Schema,
  definitions: Definitions,
  rules: FieldRules,
): (source: Fields) => Fields {
  const mapped = Object.entries(properties).map(([name, schema]) => ({
    name,
    map: mapValue(name, schema, definitions, rules),
    isRequired: required.includes(name),
  }));
  return (source) =>
    Object.fromEntries(
      mapped.flatMap(({ name, map, isRequired }) => {
        const value = Object.hasOwn(source, name) ? source[name] : undefined;
        if (value !== undefined) return [[name, map(value)]];
        if (isRequired) rules.missing(name);
        return [];
      }),
    );
}

/** Null passes everywhere: the validator decides where it is allowed. */
function mapValue(name: string, schema: Schema, definitions: Definitions, rules: FieldRules): MapValue {
  // `anyOf` is only ever "this or null" here.
  const meant = schema.anyOf?.[0] ?? definitions[schema.$ref?.replace('#/definitions/', '') ?? ''];
  if (meant !== undefined) return mapValue(name, meant, definitions, rules);
  const { properties, items } = schema;
  if (properties !== undefined) {
    const map = mapFields(schema, definitions, rules);
    return (value) => (isObject(value) ? map(value) : value);
  }
  if (items !== undefined) {
    const map = mapValue(name, items, definitions, rules);
    return (value) => (Array.isArray(value) ? value.map(map) : value);
  }
  return rules.scalar(name, schema);
}
