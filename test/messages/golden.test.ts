import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Delivery } from '../../src/application/ports/consumer.ts';
import { Poison } from '../../src/application/ports/faults.ts';
import { catalogueEntry, isMessageType, isSchemaName, type MessageType } from '../../src/messages/catalogue.ts';
import { keyFields, messages, published } from '../../src/messages/generated/contract.ts';
import { parseCommand, parseHint, parseTimer } from '../../src/messages/parse.ts';
import { readBySchema } from '../../src/messages/read-by-schema.ts';
import { registeredSchemas } from '../../src/messages/registered-schemas.ts';
import { validationError, foreignViolation } from '../../src/messages/validate.ts';
import { writeBySchema } from '../../src/messages/write-by-schema.ts';

const folder = join('schemas', 'golden');
const golden = (schemaName: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(folder, `${schemaName}.json`), 'utf8')) as Readonly<Record<string, unknown>>;

const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/.test(value);
/** A value with `change` made to every instant in it, and `added` to every object. */
const changed = (value: unknown, change: (instant: string) => unknown, added = {}): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(value), (_, inner: unknown) => {
    if (isInstant(inner)) return change(inner);
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner, ...added } : inner;
  }) as Readonly<Record<string, unknown>>;

const impossible = (schemaName: string): Readonly<Record<string, unknown>> =>
  changed(golden(schemaName), () => '2026-02-31T00:00:00.000Z');

const types = Object.keys(messages).filter(isMessageType);
const typesOf = (channel: string): readonly MessageType[] => types.filter((type) => messages[type].channel === channel);

function deliveryOf(type: MessageType): Delivery {
  const { topic, schemaName, ceType } = catalogueEntry(type);
  const value = golden(schemaName);
  const keyField = (keyFields as Readonly<Record<string, string>>)[messages[type].channel] ?? '';
  const key = String(value[keyField]);
  const trace = { correlationId: 'golden', causationId: null };
  return { topic, partition: 0, offset: '0', recordedAt: null, key, headers: { ce_type: ceType }, type, value, trace };
}

test('every message ever published has a golden sample, and every sample its schema', () => {
  expect(readdirSync(folder).sort()).toEqual(registeredSchemas.map(({ schemaName }) => `${schemaName}.json`).sort());
});

describe.each(registeredSchemas.map(({ schemaName }) => schemaName))('the golden sample of %s', (schemaName) => {
  test('is valid by its schema', () => {
    expect(isSchemaName(schemaName) && validationError(schemaName, golden(schemaName))).toBeNull();
  });

  test('is read, and still read when a newer writer has added a field anywhere', () => {
    if (!isSchemaName(schemaName)) throw new Error(`${schemaName} is not in the catalogue.`);
    const { type } = published[schemaName];
    const grown = changed(golden(schemaName), (instant) => instant, { addedLater: 1 });
    expect(foreignViolation(type, golden(schemaName))).toBeNull();
    expect(foreignViolation(type, grown)).toBeNull();
    expect(validationError(schemaName, grown)).toContain('must NOT have additional properties');
    expect(readBySchema(schemaName, grown)).toEqual(readBySchema(schemaName, golden(schemaName)));
  });

  test('is read with its instants as numbers, and written again unchanged', () => {
    if (!isSchemaName(schemaName)) throw new Error(`${schemaName} is not in the catalogue.`);
    const read = readBySchema(schemaName, golden(schemaName));
    expect(read).toEqual(changed(golden(schemaName), Date.parse));
    expect(writeBySchema(schemaName, read)).toEqual(golden(schemaName));
  });
});

const names = registeredSchemas.map(({ schemaName }) => schemaName).filter(isSchemaName);
const withInstants = names.filter((name) => JSON.stringify(golden(name)) !== JSON.stringify(impossible(name)));

test.each(withInstants)('the golden sample of %s is poison with an impossible date', (schemaName) => {
  const noSuchDay = new Poison('invalid_value', 'No such day in the calendar.');
  expect(() => readBySchema(schemaName, impossible(schemaName))).toThrow(noSuchDay);
});

test('samples of what we consume become domain values', () => {
  expect(typesOf('commands').map((type) => parseCommand(deliveryOf(type), 0).type)).toEqual(typesOf('commands'));
  expect(typesOf('timers').map((type) => parseTimer(deliveryOf(type), 0).timer.type)).toEqual(typesOf('timers'));
  expect(typesOf('hints').map((type) => parseHint(deliveryOf(type), 0).about)).toEqual(['notice', 'object']);
});
