import { describe, expect, it, test } from '@jest/globals';
import { sha256Hex } from '../../../src/adapters/http/auth/digests.ts';
import { createCommandReader, type Input } from '../../../src/adapters/http/contract/command-input.ts';
import { inlinedOpenApi, operationsOf, type Place, readOpenApi } from '../../../src/adapters/http/contract/openapi.ts';
import { createRequestValidator } from '../../../src/adapters/http/contract/request-validator.ts';
import { isCommandOperation } from '../../../src/adapters/http/routes/command-routes.ts';
import { type CommandType, commands } from '../../../src/domain/commands/index.ts';
import { messages, schemas } from '../../../src/messages/generated/contract.ts';

const places = [...operationsOf(inlinedOpenApi(readOpenApi())).values()].filter(isCommandOperation);

function placeOf(type: string): Place {
  const place = places.find(({ operation }) => operation['x-command'] === type);
  if (place === undefined) throw new Error(`no operation orders ${type}`);
  return place;
}

/** What the operation reads from a valid request. */
function inputOf(place: Place, { path = {}, headers = {}, body }: Partial<Record<string, unknown>>): Input {
  const valid = createRequestValidator(place.operation)({ params: path, query: {}, headers } as never, body);
  const header = (name: string): unknown => (headers as Record<string, unknown>)[name.toLowerCase()];
  return createCommandReader(place).read({ ...valid, header } as never);
}

const tariff = '4b0bb2a5-3c36-4b7a-9d0e-1f4f6a7c8d01';
function payText(request: { readonly body: object; readonly headers?: object }): string {
  const place = placeOf('subscription.pay');
  return createCommandReader(place).textOf(inputOf(place, { ...request, path: { pay_system: 'yookassa' } }));
}

function cancelText(body: unknown): string {
  const place = placeOf('subscription.cancel');
  return createCommandReader(place).textOf(inputOf(place, { body }));
}

/** Published commands have these hashes: a repeat of such a request must have the same one in every version. */
describe('the hash of a command does not change', () => {
  it.each([
    [{ tariff_id: tariff, renew: true }, '75c4f00a1a8dddd41d0c0058ae001d2a2388b62db5d9b9fae9c9d7896d64eef0'],
    [
      { renew: true, tariff_id: tariff.toUpperCase(), return_url: null },
      '75c4f00a1a8dddd41d0c0058ae001d2a2388b62db5d9b9fae9c9d7896d64eef0',
    ],
    [{ tariff_id: tariff, renew: false }, '121ba49c70f522bd27c57b301c7ff19eec13bc08c9d240c26a542d86fbf7ab13'],
    [
      { tariff_id: tariff.replace('8d01', '8d02'), renew: true },
      '50dcd72e293946e854cbcb6244d1bb3ea8b272352f757e0e5913a616c35d0983',
    ],
    [
      { tariff_id: tariff, renew: true, return_url: 'https://cinema.example/back' },
      '77565ea41bb94534bbd533afe255a38007b3206af906b1c4f413056abea660c4',
    ],
    [
      { tariff_id: tariff, renew: true, return_url: 'HTTPS://CINEMA.example/кино' },
      '331f36ce1dc6fa003f209342566cb78d23408f8ed3bf2f259ed265d93b665dfc',
    ],
    [
      { tariff_id: tariff, renew: true, return_url: 'https://cinema.example' },
      '6a581573fdcb5bdb9fe531ec48aea2992efd65e7e3bba95e337aa32787ce286f',
    ],
  ])('pay %j', (body, hash) => {
    expect(sha256Hex(payText({ body }))).toBe(hash);
  });

  it.each([
    [undefined, '1ff7433ec742cd87631ea845d12d3d294dacab8892c6f738d043786536fe535a'],
    [{}, '1ff7433ec742cd87631ea845d12d3d294dacab8892c6f738d043786536fe535a'],
    [{ mode: 'period_end', reason: null }, '1ff7433ec742cd87631ea845d12d3d294dacab8892c6f738d043786536fe535a'],
    [{ mode: 'immediate' }, 'd24ef71ccf905a5b73563e023f4369c650d0ef064e292209a256cc0fba2e98fa'],
    [{ reason: 'too expensive' }, '1707b344ca55d4df0b8cbc00e4a8d2ecfed32ef033d6713df8c857fafd1bdd9b'],
    [{ reason: '', mode: 'immediate' }, '3fda400ddafc0e3e880d648f856823eaa840726574b6c32d5981517252d34f4b'],
  ])('cancel %j', (body, hash) => {
    expect(sha256Hex(cancelText(body))).toBe(hash);
  });
});

test('a key belongs to method and path', () => {
  const route = (type: string, input: Input): string => createCommandReader(placeOf(type)).routeOf(input);
  expect(route('subscription.pay', { paySystem: 'yookassa' })).toBe('POST /api/v1/subscriptions/yookassa/buy');
  expect(route('subscription.cancel', {})).toBe('POST /api/v1/subscriptions/cancel');
});

test('another test clock under the same key is another command', () => {
  const body = { tariff_id: tariff, renew: true };
  const texts = [{}, { 'x-test-clock': 'a' }, { 'x-test-clock': 'b' }].map((headers) => payText({ body, headers }));
  expect(new Set(texts).size).toBe(3);
});

describe.each(places.map((place) => [place.operation.operationId, place] as const))('%s', (_id, place) => {
  const reader = createCommandReader(place);
  const given = { path: {}, header: () => undefined, body: undefined } as never;

  it('includes every field that it reads: another value of any of them is another command', () => {
    const input = { ...reader.read(given) };
    const whole = (one: Input): string => `${reader.routeOf(one)} ${reader.textOf(one)}`;
    for (const name of Object.keys(input))
      expect([name, whole({ ...input, [name]: 'another' }) === whole(input)]).toEqual([name, false]);
  });

  it('reads fields of its message, and all that it must have', () => {
    const type = place.operation['x-command'] as CommandType;
    const { properties = {}, required = [] } = schemas[messages[type].schema];
    const common = ['commandId', 'userId', 'actor', 'acceptedAt', 'bodyHash', 'notAfter'];
    const own = (names: object): string[] => Object.keys(names).filter((name) => !common.includes(name));
    const read = own(reader.read(given));
    // Two operations may give one command; only one of them asks for what the message need not have.
    expect(own(properties)).toEqual(expect.arrayContaining(read));
    expect(read).toEqual(expect.arrayContaining(own(Object.fromEntries(required.map((name) => [name, null])))));
  });
});

test('every command has an operation', () => {
  const ordered = new Set(places.map(({ operation }) => operation['x-command']));
  expect([...ordered].toSorted()).toEqual(Object.keys(commands).toSorted());
});

const moment = { type: 'string', format: 'date-time' };

describe('an operation that grows', () => {
  const cancel = placeOf('subscription.cancel');
  const grown = (more: Readonly<Record<string, unknown>>): Place => {
    const copy = structuredClone(cancel) as unknown as {
      operation: { requestBody: { content: { 'application/json': { schema: { properties: object } } } } };
    };
    Object.assign(copy.operation.requestBody.content['application/json'].schema.properties, more);
    return copy as unknown as Place;
  };
  const place = grown({ ask_me: { type: 'boolean', default: false }, a_note: { type: ['string', 'null'] } });
  /** A copy, because the validator fills in defaults. */
  const text = (body: unknown): string =>
    createCommandReader(place).textOf(inputOf(place, { body: structuredClone(body) }));

  it('does not change the text of a request without its new fields', () => {
    for (const body of [undefined, {}, { mode: 'immediate', reason: 'x' }]) expect(text(body)).toBe(cancelText(body));
  });

  it('takes a cancel with a refund for another one than without', () => {
    const now = { mode: 'immediate' };
    expect(cancelText({ ...now, refund: 'none' })).toBe(cancelText(now));
    expect(cancelText({ ...now, refund: 'prorated' })).not.toBe(cancelText(now));
  });

  it('treats a sent default like an omitted one', () => {
    expect(text({ ask_me: false, a_note: null })).toBe(text({}));
  });

  it('includes a new field that is used, wherever it is', () => {
    expect(text({ ask_me: true })).not.toBe(text({}));
    expect(text({ a_note: 'x', ask_me: true })).toBe(text({ ask_me: true, a_note: 'x' }));
    expect(text({ a_note: 'x' })).not.toBe(text({ reason: 'x' }));
  });

  const money = { type: 'object', additionalProperties: false, properties: { a_minor: { type: 'integer' } } };
  const deep = { type: 'object', additionalProperties: false, properties: { the_money: money, at: moment } };
  const deepText = (value: unknown): string => {
    const nested = grown({ deep: { ...deep, type: ['object', 'null'] } });
    return createCommandReader(nested).textOf(inputOf(nested, { body: { deep: value } }));
  };

  it('has one spelling of an object: its own sequence, and one of each instant', () => {
    const noon = '2026-01-31T09:00:00.000Z';
    const text = deepText({ the_money: { a_minor: 1 }, at: noon });
    expect(text).toBe(`["period_end",null,{"deep":{"theMoney":{"aMinor":1},"at":${Date.parse(noon)}}}]`);
    expect(deepText({ at: '2026-01-31T12:00:00+03:00', the_money: { a_minor: 1 } })).toBe(text);
    expect(deepText({ the_money: { a_minor: 2 }, at: noon })).not.toBe(text);
    expect(deepText(null)).toBe(cancelText({}));
  });

  it('refuses a list, and an object without fixed members', () => {
    const open = { type: 'object', properties: { at: moment } };
    for (const schema of [{ type: 'array' }, {}, open, { ...deep, properties: { inner: open } }])
      expect(() => createCommandReader(grown({ deep: schema }))).toThrow('of a command must be');
  });
});
