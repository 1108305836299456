import type { Operation, Parameter, Place, Schema } from './openapi.ts';
import type { Call } from './route.ts';

/** What an order says, by the names of the command's fields. */
export type Input = Readonly<Record<string, unknown>>;

type Field = {
  readonly name: string;
  /** What stands in for it where the request does not have it. */
  readonly usual: unknown;
  /** Where it counts towards telling two orders apart. */
  readonly counts: 'route' | 'listed' | 'named';
  readonly find: (call: Call) => unknown;
};

export type CommandReader = {
  readonly read: (call: Call) => Input;
  /** Method and path of the order: the same Idempotency-Key on another one is another command. */
  readonly routeOf: (input: Input) => string;
  /** What else the order says, in one spelling. Orders with the same text are the same order. */
  readonly textOf: (input: Input) => string;
};

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Neither objects nor lists: their members would need names and an order of their own. */
function assertScalar(name: string, { type, enum: values }: Schema): void {
  const types = [type].flat();
  if (values === undefined && (type === undefined || types.includes('object') || types.includes('array')))
    throw new TypeError(`openapi.yaml: ${name} of a command must be a text, a number, a boolean or null`);
}

const usualOf = ({ default: usual = null }: Schema): unknown => usual;

const inOneSpelling = (value: unknown, { format }: Schema): unknown =>
  format === 'uuid' && typeof value === 'string' ? value.toLowerCase() : value;

function parameterField({ name, in: place, schema, 'x-field': field }: Parameter): Field {
  const usual = usualOf(schema);
  const isPath = place === 'path';
  const find = ({ path, header }: Call): unknown => (isPath ? path[name] : header(name)) ?? usual;
  return {
    name: field ?? camelCase(name),
    usual,
    counts: isPath ? 'route' : 'named',
    find: (call) => inOneSpelling(find(call), schema),
  };
}

/** What the client says is null stays null, also where the default is another value. */
function bodyField(name: string, schema: Schema, isRequired: boolean): Field {
  assertScalar(name, schema);
  const usual = usualOf(schema);
  const find = ({ body }: Call): unknown => {
    const members = (body ?? {}) as Input;
    return Object.hasOwn(members, name) ? members[name] : usual;
  };
  return {
    name: camelCase(name),
    usual,
    counts: isRequired || schema['x-hashed'] === 'always' ? 'listed' : 'named',
    find: (call) => inOneSpelling(find(call), schema),
  };
}

function fieldsOf({ parameters = [], requestBody }: Operation): readonly Field[] {
  const { properties = {}, required = [] } = (requestBody?.content['application/json']?.schema ?? {}) as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly required?: readonly string[];
  };
  return [
    ...parameters.filter((one) => one.in === 'path' || one['x-field'] !== undefined).map(parameterField),
    ...Object.entries(properties).map(([name, schema]) => bodyField(name, schema, required.includes(name))),
  ];
}

/**
 * The input of a command's operation: its path parameters, the headers that it maps (`x-field`) and its body.
 *
 * The rule for the text, which must stay the same across deploys, because the hash of it tells a repeat from another order:
 * 1. Fields that a body must have, and those marked `x-hashed: always`, are listed in the order of the schema.
 * 2. Every other field is named, and only where it is not its default (null where the schema has none). So an optional field
 *    that is added later changes no text of an older order, and to send its default is to order the same.
 * 3. Path parameters are part of the route.
 * 4. Hence a field is never renamed or moved, its default never changes, and no required field is added.
 */
export function createCommandReader({ method, path, operation }: Place): CommandReader {
  const fields = fieldsOf(operation);
  const named = fields.filter(({ counts }) => counts === 'named').toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    read: (call) => Object.fromEntries(fields.map(({ name, find }) => [name, find(call)])),
    routeOf: (input) =>
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(input[camelCase(name)]))}`,
    textOf: (input) => {
      const listed = fields.filter(({ counts }) => counts === 'listed').map(({ name }) => input[name]);
      const unusual = named.filter(({ name, usual }) => input[name] !== usual).map(({ name }) => [name, input[name]]);
      return JSON.stringify(unusual.length === 0 ? listed : [...listed, Object.fromEntries(unusual)]);
    },
  };
}
