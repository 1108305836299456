import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Fault } from '../../src/application/ports/faults.ts';
import { type Api, notificationSecret, startApi } from './support/api.ts';
import { buyPath, codeOf, notifyPath, purchase } from './support/asking.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('an address', () => {
  it('that does not exist', async () => {
    for (const path of ['/nothing', '/api', '/api/v2/tariffs', '/api/v1/tariffs/1', '/%zz', '/..%2f..%2fetc/passwd']) {
      const answered = await api.ask('GET', path);
      expect([path, answered.status, answered.json]).toEqual([
        path,
        404,
        { code: '4004', error: 'No such address', detail: null, reason: 'no_such_address' },
      ]);
    }
  });

  it('that cannot be decoded', async () => {
    const user = await api.newUser();
    for (const path of ['/api/v1/commands/%zz', '/api/v1/commands/%ff', '/api/v1/entitlements/%e0%a4']) {
      const answered = await user.get(path);
      expect([path, answered.status, codeOf(answered)]).toEqual([path, 400, '4000']);
    }
    expect((await user.post('/api/v1/subscriptions/%ff/buy', purchase)).status).toBe(400);
  });

  it('whose refusal no cache may keep: the next answer may be another', async () => {
    const user = await api.newUser();
    const refused = [await api.ask('GET', '/nothing'), await user.get('/api/v1/subscriptions/profile')];
    expect(refused.map(({ status, headers }) => [status, headers.get('cache-control')])).toEqual([
      [404, 'no-store'],
      [404, 'no-store'],
    ]);
  });

  it('requested with another method, whose answer names the right ones', async () => {
    for (const [method, path, allow] of [
      ['GET', '/api/v1/status', 'POST'],
      ['GET', buyPath, 'POST'],
      ['DELETE', '/api/v1/subscriptions/cancel', 'POST'],
      ['POST', '/api/v1/tariffs', 'GET, HEAD'],
      ['PUT', '/api/v1/subscriptions/profile', 'GET, HEAD'],
      ['OPTIONS', '/api/v1/tariffs', 'GET, HEAD'],
    ] as const) {
      const answered = await api.ask(method, path);
      expect([answered.status, codeOf(answered), answered.headers.get('allow')]).toEqual([405, '4015', allow]);
    }
  });

  it('that needs no token', async () => {
    expect((await api.ask('POST', '/api/v1/status')).json).toEqual({ api: true });
    const tariffs = (await api.ask('GET', '/api/v1/tariffs')).json as { cost: number }[];
    expect(tariffs.map(({ cost }) => cost)).toEqual([29, 299]);
    expect((await api.ask('GET', '/api/v1/pay-systems')).json).toHaveLength(1);
    expect((await api.ask('HEAD', '/api/v1/tariffs')).status).toBe(200);
  });
});

describe('a request', () => {
  it('keeps a printable id, and otherwise gets a new one', async () => {
    const idOf = async (id?: string): Promise<string | null> =>
      (await api.ask('GET', '/nothing', { headers: id === undefined ? {} : { 'X-Request-Id': id } })).headers.get(
        'x-request-id',
      );
    for (const id of ['a', 'A b/c:1', 'x'.repeat(128)]) expect(await idOf(id)).toBe(id);
    for (const id of [undefined, '', 'x'.repeat(129), 'ÿ']) expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['garbage', 'garbage\r\n\r\n', '400'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      '400',
    ],
    ['endless headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ])('that is no HTTP (%s) gets an answer with a code', async (_name, text, status) => {
    const socket = connect(Number(new URL(api.base).port), '127.0.0.1');
    socket.end(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('"code":"4000"');
    expect(answer).toContain('"violations":[{"param":"request","message":"is not valid HTTP"}]');
  });

  it('reports an internal error without showing it to the client', async () => {
    const boss = await api.newUser({ isSuperuser: true });
    const answered = await boss.get('/api/v1/status/sentry-debug', { 'X-Request-Id': 'find me' });
    expect(answered.json).toEqual({ code: '0000', error: 'Something went wrong', detail: null, reason: 'unexpected' });
    expect(api.log.lines.findLast(({ level }) => level === 'error')?.fields).toMatchObject({
      correlationId: 'find me',
    });
  });

  it('is logged by its route pattern, because the address holds secrets', async () => {
    await api.ask('POST', notifyPath, { body: { event: 'x', object: {} } });
    const logged = JSON.stringify(api.log.lines);
    expect(logged).toContain('/api/v1/notifications/yookassa/{secret}');
    expect(logged).not.toContain(notificationSecret);
  });

  it('carries the headers that protect a page, and may come from listed origins', async () => {
    const headersFor = async (origin: string, method = 'GET', more = {}) =>
      (await api.ask(method, '/api/v1/tariffs', { headers: { Origin: origin, ...more } })).headers;
    const listed = await headersFor('https://cinema.example');
    expect(listed.get('access-control-allow-origin')).toBe('https://cinema.example');
    expect(listed.get('access-control-expose-headers')).toContain('RateLimit-Remaining');
    expect(listed.get('content-security-policy')).toContain("script-src 'self'");
    expect(listed.get('x-powered-by')).toBeNull();
    expect((await headersFor('https://evil.example')).get('access-control-allow-origin')).toBeNull();
    const preflight = await api.ask('OPTIONS', buyPath, {
      headers: { Origin: 'https://cinema.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
  });
});

describe('when the database is unavailable', () => {
  it('reads answer 503, and commands are still accepted', async () => {
    const unavailable = () => Promise.reject(new Fault('store_unavailable', 'no answer', { retryable: true }));
    const broken = await startApi({
      services: { store: { load: unavailable, findCommands: unavailable, findMany: unavailable } },
    });
    const user = await broken.newUser();
    expect(codeOf(await user.get('/api/v1/subscriptions/profile'))).toBe('5003');
    expect((await user.buy({}, { Prefer: 'wait=1' })).status).toBe(202);
    await broken.close();
  });
});
