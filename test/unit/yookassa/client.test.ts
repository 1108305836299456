import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import {
  createYookassaProvider,
  defaultYookassaLimits,
  type YookassaOptions,
} from '../../../src/adapters/yookassa/client.ts';
import type { LogFields } from '../../../src/application/ports/log.ts';
import { errorBody, openPage, succeededPayment } from './provider-answers.ts';
import { startWildServer, type WildServer } from './wild-server.ts';

const apiKey = 'test_canaryCanary';
const order = {
  kind: 'checkout',
  amount: { amountMinor: 29_900, currency: 'RUB' },
  description: 'Base «месяц»',
  returnUrl: null,
  saveMethod: true,
  metadata: { paymentId: 'p-1', userId: 'u-1', testClockId: null },
} as const;

let server: WildServer;
let logged: { readonly level: string; readonly fields: LogFields; readonly cause: unknown }[];
const closings: (() => void)[] = [];

function connect(changes: Partial<YookassaOptions> = {}) {
  const note =
    (level: string) =>
    (_message: string, fields: LogFields = {}, cause?: unknown) =>
      void logged.push({ level, fields, cause });
  const log = { error: note('error'), warn: note('warn'), info: note('info'), debug: note('debug') };
  const limits = { ...defaultYookassaLimits, sendTimeoutMs: 300, readTimeoutMs: 300 };
  const { provider, list, close } = createYookassaProvider(
    { apiUrl: `${server.url}/v3`, shopId: '100500', apiKey, returnUrl: 'https://c.example/r', limits, ...changes },
    { clock: systemClock, log },
  );
  closings.push(close);
  return {
    ...provider,
    list,
    buy: (correlationId = 'r-1') => provider.send(provider.freeze(order), 'k-1', correlationId),
  };
}

beforeAll(async () => {
  server = await startWildServer();
});
beforeEach(() => {
  logged = [];
  server.seen.length = 0;
});
afterAll(async () => {
  for (const close of closings) close();
  await server.stop();
});

describe('the client', () => {
  test('sends exactly the frozen bytes, with key, credentials and correlation id', async () => {
    server.treat((response) => response.end(JSON.stringify(openPage)));
    const provider = connect();
    expect(await provider.buy()).toMatchObject({ kind: 'answered' });
    const { body } = JSON.parse(provider.freeze(order)) as { readonly body: string };
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ method: 'POST', path: '/v3/payments', body });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: `Basic ${btoa(`100500:${apiKey}`)}`,
      'content-type': 'application/json',
      'idempotence-key': 'k-1',
      'x-request-id': 'r-1',
      'content-length': String(Buffer.byteLength(body)),
    });
  });

  test('a correlation id that no header can carry does not stop the send', async () => {
    server.treat((response) => response.end(JSON.stringify(openPage)));
    expect(await connect().buy('пока\r\nX-Evil: 1')).toMatchObject({ kind: 'answered' });
    expect(server.seen[0]?.headers['x-request-id']).toBeUndefined();
  });

  test('an answer that never comes and one that trickles for ever both end as unknown', async () => {
    server.treat(() => undefined);
    expect(await connect().buy()).toEqual({ kind: 'unknown', reason: 'timeout' });
    server.treat((response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await connect().buy()).toEqual({ kind: 'unknown', reason: 'timeout' });
    expect(await connect().read('payment', 'x', 'r-1')).toEqual({ kind: 'unavailable', reason: 'timeout' });
  });

  test('a broken connection is unknown, also on a connection that was used before', async () => {
    const provider = connect();
    server.treat((response) => response.end(JSON.stringify(openPage)));
    await provider.buy();
    server.treat((response) => response.socket?.resetAndDestroy());
    expect(await provider.buy()).toEqual({ kind: 'unknown', reason: 'econnreset' });
    server.treat((response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"id":', () => response.socket?.destroy());
    });
    expect(await provider.buy()).toMatchObject({ kind: 'unknown' });
    // One request per send: no layer in between repeats it by itself.
    expect(server.seen).toHaveLength(3);
  });

  test('a redirect is not followed, and credentials go to no other host', async () => {
    server.treat((response) => response.writeHead(307, { Location: `${server.url}/elsewhere` }).end());
    expect(await connect().buy()).toEqual({ kind: 'unknown', reason: 'http_307' });
    expect(server.seen.map(({ path }) => path)).toEqual(['/v3/payments']);
  });

  test('an answer too large to be the provider’s is not read', async () => {
    server.treat((response) => response.end('x'.repeat(3_000_000)));
    expect(await connect().buy()).toMatchObject({ kind: 'unknown' });
  });

  test('a refused connection and an unknown name are proved unsent, whatever addresses the name has', async () => {
    // No one listens there, and no test that runs beside this one may be given it.
    for (const apiUrl of ['http://127.0.0.1:1/v3', 'http://localhost:1/v3']) {
      expect(await connect({ apiUrl }).buy()).toEqual({ kind: 'unsent', reason: 'econnrefused' });
    }
    expect(await connect({ apiUrl: 'http://no-such-host.invalid/v3' }).buy()).toMatchObject({ kind: 'unsent' });
  });

  test('after failures in a row no call is sent to the provider', async () => {
    server.treat((response) => response.writeHead(500).end());
    const limits = { ...defaultYookassaLimits, circuit: { failuresMax: 2, openMs: 60_000 } };
    const provider = connect({ limits });
    await Promise.all([provider.buy(), provider.read('payment', 'x', 'r-1')]);
    expect(await provider.buy()).toEqual({ kind: 'unsent', reason: 'circuit_open' });
    expect(server.seen).toHaveLength(2);
  });

  test('a 401 of a gateway proves nothing about our credentials, and the next call is sent', async () => {
    server.treat((response) => response.writeHead(401).end('<html>Authorization Required</html>'));
    const provider = connect();
    expect(await provider.buy()).toEqual({ kind: 'unknown', reason: 'http_401' });
    expect(await provider.read('payment', 'x', 'r-1')).toEqual({ kind: 'unavailable', reason: 'http_401' });
    expect(server.seen).toHaveLength(2);
    expect(logged.map(({ level }) => level)).toEqual(['warn', 'warn']);
  });

  test('a thousand searches that wait for the list take one slot and no circuit from purchases', async () => {
    const provider = connect();
    const sought = (n: number) => ({ object: 'payment' as const, paymentId: `p-${n}`, from: 0, to: 1 });
    const asked = Promise.withResolvers<null>();
    server.treat((response, { url = '' }) => {
      if (url.includes('?')) asked.resolve(null);
      else response.end(JSON.stringify(openPage));
    });
    const searches = Array.from({ length: 1_000 }, (_, n) => provider.search(sought(n), 'r-1'));
    await asked.promise;
    const slots = Array.from({ length: defaultYookassaLimits.whole.perSecond - 1 }, () => provider.acquireSlot());
    expect(slots).not.toContain(null);
    expect(await provider.buy()).toMatchObject({ kind: 'answered' });
    expect(new Set((await Promise.all(searches)).map(({ kind }) => kind))).toEqual(new Set(['unavailable']));
    expect(server.seen.filter(({ path }) => path.includes('?')).length).toBeLessThanOrEqual(2);
  });

  test('a page of a hundred payments of another service, with all the metadata that there may be, is read', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`key-${n}`, 'я'.repeat(512)]));
    const items = Array.from({ length: 100 }, (_, n) => ({ ...openPage, id: `other-${n}`, metadata }));
    const escaped = JSON.stringify({ type: 'list', items }).replaceAll('я', String.raw`\u044f`);
    expect(escaped.length).toBeGreaterThan(4_000_000);
    server.treat((response) => response.end(escaped));
    const limits = { ...defaultYookassaLimits, readTimeoutMs: 20_000 };
    const hour = { object: 'payment' as const, from: 0, to: 3_600_000 };
    const page = await connect({ limits }).list.page(hour, null, 'r-1');
    expect(page.kind === 'page' && page.objects.length).toBe(100);
  });

  test('a list that fails does not close the way of purchases, nor the other way round', async () => {
    server.treat((response, { url = '' }) => {
      if (url.includes('?')) response.writeHead(500).end();
      else response.end(JSON.stringify(openPage));
    });
    const limits = {
      ...defaultYookassaLimits,
      list: { requestsPerSecond: 100 },
      circuit: { failuresMax: 1, openMs: 60_000 },
    };
    const provider = connect({ limits });
    const hour = { object: 'refund', from: 0, to: 1 } as const;
    expect(await provider.list.page(hour, null, 'r-1')).toEqual({ kind: 'unavailable', reason: 'http_500' });
    expect(await provider.list.page(hour, null, 'r-1')).toEqual({ kind: 'unavailable', reason: 'circuit_open' });
    expect(await provider.buy()).toMatchObject({ kind: 'answered' });
    server.treat((response, { url = '' }) => {
      if (url.includes('?')) response.end(JSON.stringify({ type: 'list', items: [] }));
      else response.writeHead(500).end();
    });
    const other = connect({ limits });
    expect(await other.buy()).toMatchObject({ kind: 'unknown' });
    expect(await other.list.page(hour, null, 'r-1')).toMatchObject({ kind: 'page', objects: [] });
  });

  test('an id is part of the path and nothing more', async () => {
    server.treat((response) => response.writeHead(404).end(errorBody({ code: 'not_found' })));
    expect(await connect().read('payment', '../me?x=1', 'r-1')).toEqual({ kind: 'absent' });
    expect(server.seen[0]?.path).toBe('/v3/payments/..%2Fme%3Fx%3D1');
  });

  test('what is logged names the call and the provider’s error, never credentials or bodies', async () => {
    const provider = connect();
    server.treat((response) => response.end(JSON.stringify(succeededPayment)));
    await provider.buy();
    server.treat((response) => response.writeHead(401).end(errorBody({ code: 'invalid_credentials' })));
    await provider.buy();
    server.treat((response) => response.socket?.resetAndDestroy());
    await connect().buy();
    expect(logged.map(({ level }) => level)).toEqual(['debug', 'error', 'warn']);
    expect(logged[1]?.fields).toMatchObject({
      method: 'POST',
      path: '/payments',
      httpStatus: 401,
      code: 'invalid_credentials',
      providerErrorId: 'e-1',
      correlationId: 'r-1',
    });
    const text = JSON.stringify(logged);
    for (const secret of [apiKey, btoa(`100500:${apiKey}`), '299.00', 'u-1']) expect(text).not.toContain(secret);
  });
});
