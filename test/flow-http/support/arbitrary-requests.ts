import fc from 'fast-check';
import {
  inlinedOpenApi,
  operationsOf,
  type Parameter,
  readOpenApi,
  type Schema,
} from '../../../src/adapters/http/contract/openapi.ts';

const operations = operationsOf(inlinedOpenApi(readOpenApi()));

const mostly = (usual: string, ...odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 4 }, { arbitrary: fc.constantFrom(...odd), weight: 1 });

const listed = 'https://cinema.example';
/** Spellings of an address that URL parsers accept and other readers may not. */
const oddAddress = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        mostly('', ' ', '\t', '\n', '\u0000', '\u00a0'),
        fc.constantFrom(listed, 'HTTPS://CINEMA.example', 'https:/cinema.example', 'https:cinema.example'),
        mostly('/', '', ':443', '\\', '/\\', '//', '@evil.example/', '\\@evil.example/', '/../', '?', '#'),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 30 }),
          fc.constantFrom(
            'кино',
            'Ирония судьбы',
            '%',
            '%zz',
            '\ud800',
            'a\r\nSet-Cookie: a=b',
            'ы'.repeat(2_000),
            '🎬',
          ),
        ),
        mostly('', ' ', '\n', '\u2028', '\u00a0'),
      )
      .map((parts) => parts.join('')),
  },
  fc.constantFrom(
    'https://ｃinema.example/',
    'https://cinema。example/',
    'https://cinema.example./',
    'https://кино.рф/',
  ),
  fc.constantFrom('javascript:alert(1)', 'mailto:a@b', 'data:,x', 'https://a:b@cinema.example/', 'http://[::1]/x'),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
);

function texts({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  const [from, to] = [Number(minLength), Number(maxLength)];
  if (format === 'uuid') return fc.tuple(fc.uuid(), fc.boolean()).map(([id, big]) => (big ? id.toUpperCase() : id));
  if (format === 'uri') return oddAddress.filter((text) => URL.canParse(text) && Array.from(text).length <= to);
  // Within the years that RFC 3339 writes with four digits.
  const [first, last] = [new Date('0001-01-02T00:00:00Z'), new Date('9999-12-30T00:00:00Z')];
  if (format === 'date-time')
    return fc.date({ min: first, max: last, noInvalidDate: true }).map((date) => date.toISOString());
  if (format !== undefined) throw new Error(`no arbitrary for this format`);
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: to });
  const units = fc.constantFrom('binary' as const, 'grapheme' as const);
  const any = units.chain((unit) => fc.string({ unit, minLength: from, maxLength: to }));
  return fc
    .oneof(any, fc.string({ unit: fc.constantFrom('\ud83c', '\u0000', '4', '@', 'ы'), minLength: from, maxLength: to }))
    .filter((text) => Array.from(text).length <= to);
}

/** Values that a schema of the contract allows. Throws at an unknown keyword, so that none is silently ignored. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const { type } = schema;
  if (Array.isArray(type)) return fc.oneof(...type.map((one: unknown) => valuesOf({ ...schema, type: one })));
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: Number(schema['minimum']), max: Number(schema['maximum']) });
    case 'string':
      return texts(schema);
    case 'object':
      return objects(schema);
    default:
      throw new Error(`no arbitrary for the type ${String(type)}`);
  }
}

function objects({ properties = {}, required = [], ...counted }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties as Record<string, Schema>);
  const keys = Object.fromEntries(fields.map(([name, schema]) => [name, valuesOf(schema)]));
  const { minProperties = 0, maxProperties = fields.length } = counted as Readonly<Record<string, number>>;
  return fc
    .record(keys, { requiredKeys: required as string[] })
    .filter((value) => Object.keys(value).length >= minProperties && Object.keys(value).length <= maxProperties);
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

function parametersOf(parameters: readonly Parameter[], place: Parameter['in']): fc.Arbitrary<Record<string, string>> {
  const ours = parameters.filter((parameter) => parameter.in === place);
  const keys = Object.fromEntries(ours.map(({ name, schema }) => [name, texts(schema)]));
  return fc.record(keys, { requiredKeys: ours.filter(({ required }) => required).map(({ name }) => name) });
}

export type AnyRequest = {
  readonly path: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** Requests that openapi.yaml allows for an operation; headers within what a client can send. */
export function requestsTo(operationId: string): {
  readonly method: string;
  readonly path: string;
  readonly requests: fc.Arbitrary<AnyRequest>;
} {
  const place = operations.get(operationId);
  if (place === undefined) throw new Error(`openapi.yaml has no operation ${operationId}`);
  const { parameters = [], requestBody } = place.operation;
  const schema = requestBody?.content['application/json']?.schema;
  const body = schema === undefined ? fc.constant(undefined) : valuesOf(schema);
  const requests = fc.record({
    path: parametersOf(parameters, 'path'),
    headers: parametersOf(parameters, 'header').map((headers) =>
      Object.fromEntries(Object.entries(headers).filter(([, value]) => isAscii(value))),
    ),
    body: requestBody?.required === true ? body : fc.option(body, { nil: undefined }),
  });
  return { method: place.method.toUpperCase(), path: place.path, requests };
}
