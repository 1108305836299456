import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inlinedOpenApi, readOpenApi } from '../../src/adapters/http/contract/openapi.ts';
import { type Api, notificationSecret, startApi } from './support/api.ts';

const operations = Object.entries(inlinedOpenApi(readOpenApi()).paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation: operation,
  })),
);

const nasty = fc.constantFrom(
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e309',
    'NaN',
    'null',
    'true',
    '[]',
    '{}',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    '$ne',
    '{"$gt":""}',
    "' or 1=1 --",
    '../../etc/passwd',
    '%00',
    '\u0000',
    '\ud800',
    'a'.repeat(5_000),
    '٣',
    '💥',
    '\r\nX: y',
    '<b>',
  ],
);
const anyText = fc.oneof(nasty, fc.string(), fc.uuid(), fc.string({ unit: 'binary', maxLength: 60 }));
const anyValue = fc.oneof(
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.dictionary(
    fc.oneof(
      nasty,
      fc.constantFrom(
        'tariff_id',
        'renew',
        'return_url',
        'mode',
        'reason',
        'name',
        'now',
        'to',
        'event',
        'object',
        'user_ids',
      ),
    ),
    fc.oneof(anyText, fc.boolean(), fc.double(), fc.constant(null)),
  ),
);
const rawBody = fc.oneof(
  anyValue.map((value) => JSON.stringify(value)),
  anyText,
  fc.uint8Array({ maxLength: 200 }),
);

/** Header values that a hostile client can send; the transport refuses all others before they reach us. */
const headerText = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, 500)
    .trim();

let api: Api;
let token: string;
beforeAll(async () => {
  api = await startApi();
  token = (await api.newUser({ isSuperuser: true })).token;
});
afterAll(() => api.close());

/** Pieces of an address that make another address of it: every client leaves an empty piece and steps out of `.` and `..`. */
const steps = ['', '.', '..'];
const pieceOf = (text = ''): string => (steps.includes(text) ? 'x' : text.toWellFormed());

describe('whatever is sent to any operation of the contract', () => {
  // `ask` checks every answer against openapi.yaml: only documented statuses, types and bodies pass.
  it.each(operations.map(({ path, method, operation }) => [method, path, operation] as const))(
    '%s %s answers as the contract says, and never 5xx',
    async (method, path, operation) => {
      const names = (operation.parameters ?? []).map(({ name, in: place }) => ({ name, place }));
      const request = fc.record({
        places: fc.array(anyText, { minLength: 3, maxLength: 3 }),
        values: fc.array(anyText, { minLength: names.length, maxLength: names.length }),
        body: rawBody,
        type: fc.constantFrom('application/json', 'application/json', 'application/json', 'text/plain', ''),
        anonymous: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(request, async ({ places, values, body, type, anonymous }) => {
          const pieces = [...places];
          const address = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
            name === 'secret' ? notificationSecret : encodeURIComponent(pieceOf(pieces.shift())),
          );
          const query = names
            .filter(({ place }) => place === 'query')
            .map(({ name }, index) => `${name}=${encodeURIComponent((values[index] ?? '').toWellFormed())}`);
          const headers = Object.fromEntries(
            names
              .filter(({ place }) => place === 'header')
              .map(({ name }, index) => [name, headerText(values[index] ?? '')]),
          );
          const answered = await api.ask(method, query.length === 0 ? address : `${address}?${query.join('&')}`, {
            token: anonymous ? null : token,
            headers: {
              ...headers,
              ...(operation.requestBody !== undefined && type !== '' ? { 'Content-Type': type } : {}),
            },
            ...(operation.requestBody === undefined ? {} : { body }),
          });
          // The self-test of error reporting is the one operation that fails on purpose.
          if (!path.endsWith('sentry-debug')) expect(answered.status).toBeLessThan(500);
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );

  it('only valid commands created a subscriber', () => {
    const orders = api.published.filter((message) => message.topic === 'billing.commands.v1');
    for (const { value } of orders) expect(value).toMatchObject({ userId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });
});
