import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDecoder, openRegistry } from '../../../src/adapters/kafka/registry/registry.ts';
import { registrySettings } from '../../../src/adapters/kafka/client/settings.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { createManualClock } from '../../support/manual-clock.ts';

/** Answers of a registry: by default it knows one schema of the subject `known`, with the id 7. */
const text = JSON.stringify({
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: false,
  properties: { at: { type: 'string', format: 'date-time' } },
  required: ['at'],
});
const schema = { subject: 'known', schemaName: 'known.v1', text };
const message = (value: Record<string, unknown> | null) => ({
  topic: 't',
  key: 'k',
  headers: {},
  schema: 'known.v1',
  value,
});
function framed(id: number, json: string): Buffer {
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  return Buffer.concat([frame, Buffer.from(json)]);
}

describe('the schema registry', () => {
  let server: Server;
  let url: string;
  let requests: string[];
  let answer: (path: string, response: ServerResponse) => void;

  const json = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const honest = (path: string, response: ServerResponse): void => {
    if (path === '/subjects/known') json(response, 200, { id: 7, version: 1, subject: 'known', schema: text });
    else if (path === '/schemas/ids/7') json(response, 200, { schema: text, schemaType: 'JSON' });
    else if (path === '/schemas/ids/6') json(response, 200, { schema: '"string"' });
    else json(response, 404, { error_code: 40403, message: 'not found' });
  };

  beforeEach(async () => {
    requests = [];
    answer = honest;
    server = createServer((request: IncomingMessage, response) => {
      requests.push(request.url ?? '');
      answer(request.url ?? '', response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const settings = { ...registrySettings, timeoutMs: 1_000, lookUpAttempts: 2, lookUpPauseMs: 1 };
  const open = (clock: Clock = createManualClock(0)) =>
    openRegistry({ address: { url, user: null }, schemas: [schema], clock, settings });

  test('ids are looked up once at start; encoding and decoding then need no request', async () => {
    const registry = await open();
    const asked = requests.length;
    const bytes = registry.encode(message({ at: '2026-01-01T00:00:00Z' }));
    expect(bytes?.subarray(0, 5)).toEqual(Buffer.from([0, 0, 0, 0, 7]));
    expect(await registry.decode(bytes ?? Buffer.alloc(0))).toEqual({ at: '2026-01-01T00:00:00Z' });
    expect(registry.encode(message(null))).toBeNull();
    expect(requests).toHaveLength(asked);
  });

  test('a value against its schema and an unknown schema are refused before a send', async () => {
    const registry = await open();
    expect(() => registry.encode(message({ at: 5 }))).toThrow('invalid payload');
    expect(() => registry.encode({ ...message({}), schema: 'unknown.v1' })).toThrow(
      'no registered schema named unknown.v1',
    );
  });

  test('a start without one of the schemas fails and names the subjects that are missing', async () => {
    const schemas = [schema, { ...schema, subject: 'unknown-a' }, { ...schema, subject: 'unknown-b' }];
    await expect(
      openRegistry({ address: { url, user: null }, schemas, clock: createManualClock(0), settings }),
    ).rejects.toMatchObject({
      code: 'schemas_missing',
      message: expect.stringContaining('unknown-a, unknown-b'),
    });
  });

  test('a start with a registry that accepts and never answers ends at the timeout and names the subject', async () => {
    answer = () => undefined;
    await expect(open(systemClock)).rejects.toMatchObject({
      code: 'registry_unavailable',
      message: expect.stringContaining('could not be asked for the subject known'),
    });
  });

  test('a registry that does not answer is asked again before a start fails', async () => {
    answer = (_path, response) => {
      answer = honest;
      response.destroy();
    };
    const registry = await open(systemClock);
    expect(registry.encode(message({ at: '2026-01-01T00:00:00Z' }))).toBeInstanceOf(Buffer);
  });

  test.each([
    ['not_framed', Buffer.from([1, 0, 0, 0, 7, 123, 125])],
    ['not_framed', Buffer.from([0, 0])],
    ['not_framed', Buffer.alloc(0)],
    ['unknown_schema', framed(8, '{}')],
    ['malformed_json', framed(7, '{"at":"4111')],
    ['malformed_json', framed(7, 'ECONNREFUSED')],
    ['schema_violation', framed(7, '{"at":1}')],
    ['schema_violation', framed(7, '[]')],
    ['undecodable', framed(6, 'of a schema of Avro')],
  ])('poison: %s', async (code, bytes) => {
    const failure = await createDecoder({ url, user: null }, createManualClock(0), settings)
      .decode(bytes)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'Poison', code });
    expect((failure as Error).message).not.toContain('4111');
  });

  const away = { name: 'Fault', code: 'registry_unavailable', retryable: true };

  test('a registry that hangs, fails or is down is a transient fault, which is not cached', async () => {
    const decoder = createDecoder({ url, user: null }, createManualClock(0), settings);
    const good = framed(7, '{"at":"2026-01-01T00:00:00Z"}');
    answer = () => undefined;
    await expect(decoder.decode(good)).rejects.toMatchObject(away);
    answer = (_, response) => json(response, 503, { message: 'starting' });
    await expect(decoder.decode(good)).rejects.toMatchObject(away);
    answer = honest;
    expect(await decoder.decode(good)).toEqual({ at: '2026-01-01T00:00:00Z' });
    await expect(
      createDecoder({ url: 'http://127.0.0.1:1', user: null }, createManualClock(0), settings).decode(good),
    ).rejects.toMatchObject(away);
  });

  test('an unknown id is looked up once a minute, however many messages carry it', async () => {
    const clock = createManualClock(0);
    const decoder = createDecoder({ url, user: null }, clock, settings);
    const unknown = { name: 'Poison', code: 'unknown_schema' };
    for (let n = 0; n < 5; n += 1) await expect(decoder.decode(framed(9, '{}'))).rejects.toMatchObject(unknown);
    expect(requests).toHaveLength(1);
    clock.advance(registrySettings.unknownForMs);
    await expect(decoder.decode(framed(9, '{}'))).rejects.toMatchObject(unknown);
    expect(requests).toHaveLength(2);
  });
});
