import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, jest, test } from '@jest/globals';
import { registeredSchemas } from '../../src/messages/registered-schemas.ts';
import { topics } from '../../src/messages/topics.ts';

type Schema = Readonly<Record<string, unknown>>;

const asSchema = (value: unknown): Schema => value as Schema;
const parsed = registeredSchemas.map(({ schemaName, text }) => ({ schemaName, schema: asSchema(JSON.parse(text)) }));

/** Every schema inside a schema, with its path. The target of a `$ref` is visited where it is defined. */
function parts(schema: Schema, path: string): readonly { readonly path: string; readonly part: Schema }[] {
  const children = [
    ...Object.entries(asSchema(schema['properties'] ?? {})),
    ...Object.entries(asSchema(schema['definitions'] ?? {})),
    ...((schema['anyOf'] ?? []) as readonly unknown[]).map((one, index) => [String(index), one] as const),
    ...(schema['items'] === undefined ? [] : [['items', schema['items']] as const]),
  ];
  return [{ path, part: schema }, ...children.flatMap(([name, child]) => parts(asSchema(child), `${path}/${name}`))];
}

const allParts = parsed.flatMap(({ schemaName, schema }) => parts(schema, schemaName));
const breaking = (rule: (part: Schema) => boolean) =>
  allParts.filter(({ part }) => !rule(part)).map(({ path }) => path);
const types = (part: Schema): readonly unknown[] => [part['type']].flat();

test('every schema compiles alone under the Ajv of another client, without a warning', () => {
  const warn = jest.spyOn(console, 'warn');
  for (const { schema } of parsed) new Ajv().compile(schema);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('every object is closed and every string, list and integer is bounded', () => {
  expect(breaking((part) => part['type'] !== 'object' || part['additionalProperties'] === false)).toEqual([]);
  expect(breaking((part) => !types(part).includes('string') || 'maxLength' in part || 'enum' in part)).toEqual([]);
  expect(breaking((part) => part['type'] !== 'array' || 'maxItems' in part)).toEqual([]);
  expect(
    breaking((part) => part['type'] !== 'integer' || (part['maximum'] as number) <= Number.MAX_SAFE_INTEGER),
  ).toEqual([]);
});

test('no schema uses formats or a reference to another document', () => {
  expect(breaking((part) => !('format' in part))).toEqual([]);
  expect(breaking((part) => !('$id' in part))).toEqual([]);
  expect(breaking((part) => !('$ref' in part) || String(part['$ref']).startsWith('#/definitions/'))).toEqual([]);
});

test('every property has a description and an example', () => {
  const undescribed = parsed.flatMap(({ schemaName, schema }) => {
    const definitions = asSchema(schema['definitions'] ?? {});
    return parts(schema, schemaName).flatMap(({ path, part }) =>
      Object.entries(asSchema(part['properties'] ?? {}))
        .filter(([, property]) => {
          const reference = asSchema(property)['$ref'];
          const target =
            typeof reference === 'string' ? asSchema(definitions[reference.replace('#/definitions/', '')]) : {};
          const described = { ...target, ...asSchema(property) };
          return !(typeof described['description'] === 'string' && Array.isArray(described['examples']));
        })
        .map(([name]) => `${path}/${name}`),
    );
  });
  expect(undescribed).toEqual([]);
});

test('every example is valid where it stands', () => {
  // Many schemas contain the shared objects, so each is compiled once.
  const distinct = new Map<string, { readonly path: string; readonly schema: Schema; readonly examples: unknown }>();
  for (const { schemaName, schema } of parsed)
    for (const { path, part } of parts(schema, schemaName))
      if ('examples' in part)
        distinct.set(JSON.stringify(part), {
          path,
          schema: { ...part, definitions: schema['definitions'] ?? {} },
          examples: part['examples'],
        });
  for (const { path, schema, examples } of distinct.values()) {
    const validate = new Ajv().compile(schema);
    expect({ path, wrong: (examples as readonly unknown[]).filter((example) => !validate(example)) }).toEqual({
      path,
      wrong: [],
    });
  }
});

test('every schema file in a folder of a channel is registered', () => {
  const folders = readdirSync('schemas', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['golden', 'shared'].includes(entry.name))
    .map(({ name }) => name);
  expect(folders).toHaveLength(topics.length);
  const files = folders.flatMap((folder) => readdirSync(join('schemas', folder)));
  expect(files.sort()).toEqual(parsed.map(({ schemaName }) => `${schemaName}.json`).sort());
});

test('every subject is the topic and the message type without version, and has one newest schema', () => {
  const subjects = registeredSchemas.map(({ subject }) => subject);
  expect(subjects).toContain('billing.subscriptions.v1-cinema.billing.subscription.activated');
  expect(subjects).toContain('billing.payments.v1-cinema.billing.payment_method.saved');
  expect(subjects).toContain('billing.dead-letters.v1-cinema.billing.dead_letter');
  expect(new Set(subjects).size).toBe(subjects.length);
});

test('the seven topics have the settings that were published', () => {
  const dayMs = 86_400_000;
  const deletedAfter = (days: number) => ({
    'cleanup.policy': 'delete',
    'compression.type': 'producer',
    'retention.ms': String(days * dayMs),
  });
  expect(Object.fromEntries(topics.map(({ name, config }) => [name, config]))).toEqual({
    'billing.commands.v1': { ...deletedAfter(30), 'message.timestamp.type': 'LogAppendTime' },
    'billing.hints.v1': deletedAfter(7),
    'billing.timers.v1': deletedAfter(30),
    'billing.subscriptions.v1': deletedAfter(30),
    'billing.payments.v1': deletedAfter(30),
    'billing.entitlements.v1': {
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'min.compaction.lag.ms': '3600000',
    },
    'billing.dead-letters.v1': { ...deletedAfter(90), 'max.message.bytes': '2097152' },
  });
  expect(new Set(topics.map(({ partitions }) => partitions))).toEqual(new Set([12]));
});
