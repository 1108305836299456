import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, startApi, tariffIds } from './support/api.ts';
import { buyPath, codeOf, purchase } from './support/asking.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('a malformed command', () => {
  const bodies: readonly (readonly [string, unknown, number])[] = [
    ['nothing', undefined, 422],
    ['no tariff', { renew: true }, 422],
    ['no renew', { tariff_id: tariffIds.month }, 422],
    ['renew as text', { ...purchase, renew: 'true' }, 422],
    ['renew as a number', { ...purchase, renew: 1 }, 422],
    ['renew null', { ...purchase, renew: null }, 422],
    ['a tariff that is no UUID', { ...purchase, tariff_id: 'base' }, 422],
    ['a tariff that is a number', { ...purchase, tariff_id: 5 }, 422],
    ['a tariff that is a list', { ...purchase, tariff_id: [tariffIds.month] }, 422],
    ['an operator as tariff', { ...purchase, tariff_id: { $ne: null } }, 422],
    ['an operator as key', { ...purchase, $where: 'sleep(1000)' }, 422],
    ['a dotted key', { ...purchase, 'a.b': 1 }, 422],
    ['an unknown key', { ...purchase, price: 1 }, 422],
    ['__proto__', `{"tariff_id":"${tariffIds.month}","renew":true,"__proto__":{"isSuperuser":true}}`, 422],
    ['constructor', { ...purchase, constructor: { prototype: {} } }, 422],
    ['toString', { ...purchase, toString: 1 }, 422],
    ['a list', [purchase], 422],
    ['text', '"x"', 422],
    ['null', 'null', 422],
    ['a number', '1e999', 422],
    ['a return_url that is no address', { ...purchase, return_url: 'x' }, 422],
    ['a huge return_url', { ...purchase, return_url: `https://cinema.example/${'x'.repeat(3_000)}` }, 422],
    ['a NUL in a text', { ...purchase, tariff_id: '\0' }, 422],
    ['broken JSON', '{"tariff_id":', 400],
    ['a trailing comma', `{"tariff_id":"${tariffIds.month}","renew":true,}`, 400],
    ['a comment', '{} // x', 400],
    ['NaN', '{"renew":NaN}', 400],
    ['two values', '{}{}', 400],
    ['spaces only', '   ', 400],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['UTF-16', Buffer.from(JSON.stringify(purchase), 'utf16le'), 400],
    ['a key twice', `{"tariff_id":"${tariffIds.month}","renew":true,"renew":false}`, 400],
    ['a key twice, once escaped', `{"tariff_id":"${tariffIds.month}","renew":true,"r\\u0065new":false}`, 400],
    ['deep lists', '['.repeat(5_000) + ']'.repeat(5_000), 400],
    ['deep objects', '{"a":'.repeat(1_000) + '1' + '}'.repeat(1_000), 400],
    ['17 kilobytes', JSON.stringify({ ...purchase, x: 'x'.repeat(17_000) }), 413],
  ];
  it.each(bodies)('%s', async (_name, body, status) => {
    const user = await api.newUser();
    const published = api.published.length;
    const answered = await user.post(buyPath, body);
    expect(answered.status).toBe(status);
    expect(codeOf(answered)).toBe({ 400: '4001', 413: '4003', 422: '4000' }[status]);
    expect(api.published).toHaveLength(published);
  });

  it('never says what was sent', async () => {
    const user = await api.newUser();
    const answered = await user.post(buyPath, {
      ...purchase,
      '4111111111111111': 'secret-value',
      renew: 'secret-value',
    });
    expect(answered.text).not.toMatch(/4111111111111111|secret-value/);
  });

  it('of another content type, charset or encoding', async () => {
    const user = await api.newUser();
    const send = (type: string, more = {}) =>
      user.post(buyPath, JSON.stringify(purchase), { 'Content-Type': type, ...more });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'application/json; charset=utf-16',
      'application/json; charset=latin1',
      'multipart/form-data; boundary=x',
      'application/json, text/plain',
    ]) {
      const answered = await send(type);
      expect([type, answered.status, codeOf(answered)]).toEqual([type, 415, '4002']);
    }
    expect((await send('Application/JSON; Charset="UTF-8"')).status).not.toBe(415);
    expect((await send('application/json', { 'Content-Encoding': 'x-unknown' })).status).toBe(415);
    expect((await send('application/json', { 'Content-Encoding': 'gzip' })).status).toBe(400);
  });

  it('that unpacks to more than its size', async () => {
    const user = await api.newUser();
    const answered = await user.post(buyPath, gzipSync(' '.repeat(5_000_000)), { 'Content-Encoding': 'gzip' });
    expect([answered.status, codeOf(answered)]).toEqual([413, '4003']);
  });

  it('by its headers', async () => {
    const user = await api.newUser();
    for (const headers of [
      { 'Idempotency-Key': 'x'.repeat(256) },
      { 'Idempotency-Key': 'ключ'.replace(/./g, 'ÿ') },
      { 'X-Test-Clock': 'a b' },
      { 'X-Test-Clock': '$ne' },
      { 'X-Test-Clock': 'x'.repeat(65) },
    ]) {
      expect((await user.buy({}, headers)).status).toBe(422);
    }
  });

  it('that is chunked and empty: a cancel needs no body', async () => {
    const user = await api.newUser();
    const chunked = (path: string, chunks: readonly string[], headers: Record<string, string>) =>
      new Promise<unknown>((resolve, reject) => {
        const sent = request(api.base + path, {
          method: 'POST',
          headers: { Authorization: user.token, 'Transfer-Encoding': 'chunked', ...headers },
        });
        sent.once('error', reject).once('response', (response) => {
          void json(response).then((body) => {
            resolve([response.statusCode, (body as { code?: string } | null)?.code ?? null]);
          }, reject);
        });
        for (const chunk of chunks) sent.write(chunk);
        sent.end();
      });
    const cancel = '/api/v1/subscriptions/cancel';
    expect(await chunked(cancel, [], {})).toEqual([200, null]);
    expect(await chunked(cancel, [], { 'Content-Type': 'application/json' })).toEqual([200, null]);
    expect(await chunked(cancel, ['{"mode":', '"now"}'], { 'Content-Type': 'application/json' })).toEqual([
      422,
      '4000',
    ]);
    expect(await chunked(cancel, ['{}'], {})).toEqual([415, '4002']);
    expect(await chunked(buyPath, [], {})).toEqual([422, '4000']);
  });

  it('of cancel', async () => {
    const user = await api.newUser();
    for (const body of [
      { mode: 'now' },
      { mode: null },
      { mode: ['immediate'] },
      { reason: 5 },
      { x: 1 },
      { mode: 'immediate', refund: 'full' },
      { refund: 'prorated' },
      { mode: 'period_end', refund: 'prorated' },
      [],
      'null',
    ]) {
      expect((await user.post('/api/v1/subscriptions/cancel', body)).status).toBe(422);
    }
    expect((await user.post('/api/v1/subscriptions/cancel', { reason: 'x'.repeat(501) })).status).toBe(422);
  });
});

describe('parameters', () => {
  it('of the payment history are bounded', async () => {
    const user = await api.newUser();
    for (const query of [
      'limit=0',
      'limit=-1',
      'limit=101',
      'limit=1.5',
      'limit=abc',
      'limit=',
      'limit=1e1',
      'limit=0x10',
      'limit=1&limit=2',
      'limit[$ne]=1&limit=x',
      'page=0',
      'page=-1',
      'page=99999999999999999999',
      'page=%00',
      'page=NaN',
    ]) {
      const answered = await user.get(`/api/v1/payments/profile?${query}`);
      expect([query, answered.status, codeOf(answered)]).toEqual([query, 422, '4000']);
    }
    for (const query of ['', 'limit=100', 'page=1000000', 'limit[$ne]=1', '__proto__[x]=1', 'x=%zz']) {
      expect([query, (await user.get(`/api/v1/payments/profile?${query}`)).status]).toEqual([query, 200]);
    }
  });
});
