import { parseInstant } from '../../../messages/parse-instant.ts';
import type { Operation, Parameter, Place, Schema } from './openapi.ts';
import type { Call } from './route.ts';

/** The values of a request, by the names of the command's fields. */
export type Input = Readonly<Record<string, unknown>>;

type Field = {
  readonly name: string;
  readonly defaultValue: unknown;
  /** How it distinguishes two requests, see `createCommandReader`. */
  readonly counts: 'route' | 'listed' | 'named';
  /** Personal data (`x-sealed`): the message has it sealed. */
  readonly isSealed: boolean;
  readonly find: (call: Call) => unknown;
};

export type CommandReader = {
  readonly read: (call: Call) => Input;
  /** The fields with personal data, which no message may show. */
  readonly sealed: readonly string[];
  /** Method and path of the request: the same Idempotency-Key on another path is another command. */
  readonly routeOf: (input: Input) => string;
  /** The other values, in one spelling. Requests with the same text are repeats of one command. */
  readonly textOf: (input: Input) => string;
};

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

type Members = Readonly<Record<string, Schema>>;

/** The members of an object; null for a scalar. */
const membersOf = ({ type, properties }: Schema): Members | null =>
  [type].flat().includes('object') ? ((properties ?? {}) as Members) : null;

/** Refuses lists, and objects whose members the contract does not name: they would have no place in the text. */
function assertFixed(name: string, schema: Schema): void {
  const { type, enum: values, additionalProperties } = schema;
  const members = membersOf(schema);
  const isOpen = members === null ? type === undefined : additionalProperties !== false;
  if (values === undefined && (isOpen || [type].flat().includes('array')))
    throw new TypeError(`openapi.yaml: ${name} of a command must be a scalar or an object with fixed members`);
  for (const [member, inner] of Object.entries(members ?? {})) assertFixed(`${name}.${member}`, inner);
}

const defaultOf = ({ default: value = null }: Schema): unknown => value;

/** Whatever the sequence of its members, an object has one spelling: that of the contract, with the names of the command. */
function inOneSpelling(value: unknown, schema: Schema): unknown {
  const { format } = schema;
  const members = membersOf(schema);
  if (members !== null && typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(members).flatMap(([name, inner]) =>
        Object.hasOwn(value, name) ? [[camelCase(name), inOneSpelling((value as Input)[name], inner)]] : [],
      ),
    );
  if (typeof value !== 'string') return value;
  if (format === 'date-time') return parseInstant(value);
  return format === 'uuid' ? value.toLowerCase() : value;
}

function parameterField({ name, in: place, schema, 'x-field': field }: Parameter): Field {
  const defaultValue = defaultOf(schema);
  const isPath = place === 'path';
  const find = ({ path, header }: Call): unknown => (isPath ? path[name] : header(name)) ?? defaultValue;
  return {
    name: field ?? camelCase(name),
    defaultValue,
    counts: isPath ? 'route' : 'named',
    isSealed: false,
    find: (call) => inOneSpelling(find(call), schema),
  };
}

/** A null that the client sends stays null, also where the default is another value. */
function bodyField(name: string, schema: Schema, isRequired: boolean): Field {
  assertFixed(name, schema);
  const defaultValue = defaultOf(schema);
  const find = ({ body }: Call): unknown => {
    const members = (body ?? {}) as Input;
    return Object.hasOwn(members, name) ? members[name] : defaultValue;
  };
  return {
    name: (schema['x-field'] as string | undefined) ?? camelCase(name),
    defaultValue,
    counts: isRequired || schema['x-hashed'] === 'always' ? 'listed' : 'named',
    isSealed: schema['x-sealed'] === true,
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
 * The input of a command's operation: its path parameters, the headers that it maps (`x-field`) and its body,
 * whose members may be mapped, too.
 *
 * The rule for the text. It must stay the same across deploys, because the hash of the text identifies a repeat:
 * 1. Fields that a body must have, and those marked `x-hashed: always`, are listed in the order of the schema.
 * 2. Every other field is named, and only where it is not its default (null where the schema has none). So an optional field
 *    that is added later changes no older text, and sending its default is the same as omitting it.
 * 3. Path parameters are part of the route.
 * 4. An object is spelled with its members in the order of the schema, and without those that were not sent. So a member that
 *    is added later changes no older text.
 * 5. Hence a field is never renamed or moved, its default never changes, and no required field is added.
 */
export function createCommandReader({ method, path, operation }: Place): CommandReader {
  const fields = fieldsOf(operation);
  const named = fields.filter(({ counts }) => counts === 'named').toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    sealed: fields.filter(({ isSealed }) => isSealed).map(({ name }) => name),
    read: (call) => Object.fromEntries(fields.map(({ name, find }) => [name, find(call)])),
    routeOf: (input) =>
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(input[camelCase(name)]))}`,
    textOf: (input) => {
      const listed = fields.filter(({ counts }) => counts === 'listed').map(({ name }) => input[name]);
      const changed = named
        .filter(({ name, defaultValue }) => input[name] !== defaultValue)
        .map(({ name }) => [name, input[name]]);
      return JSON.stringify(changed.length === 0 ? listed : [...listed, Object.fromEntries(changed)]);
    },
  };
}
