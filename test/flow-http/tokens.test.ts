import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, jwtSecret, startApi } from './support/api.ts';
import { buyPath, codeOf } from './support/asking.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const guarded = [
  ['POST', buyPath],
  ['GET', '/api/v1/subscriptions/profile'],
  ['POST', '/api/v1/subscriptions/cancel'],
  ['GET', '/api/v1/payments/profile'],
  ['GET', '/api/v1/commands/x'],
  ['GET', `/api/v1/entitlements/${randomUUID()}`],
  ['POST', '/api/v1/entitlements/query'],
  ['GET', '/api/v1/status/sentry-debug'],
  ['POST', '/api/v1/test-clocks'],
  ['GET', '/api/v1/test-clocks/x'],
  ['POST', '/api/v1/test-clocks/x/advance'],
] as const;

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Valid for ten minutes from now, where the claims are an object that does not say otherwise. */
function dated(claims: unknown): unknown {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return claims;
  const iat = Math.floor(api.clock.now() / 1_000);
  return { iat, exp: iat + 600, ...claims };
}

function jwt(claims: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }, secret = jwtSecret, hash = 'sha256') {
  const signed = `${part(header)}.${part(dated(claims))}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

describe('a caller', () => {
  it.each(guarded)('%s %s: is forbidden without a token, refused with a bad one', async (method, path) => {
    const without = await api.ask(method, path);
    expect([without.status, without.json]).toEqual([
      403,
      { code: '3000', error: 'Forbidden', detail: null, reason: 'forbidden' },
    ]);
    const bad = await api.ask(method, path, { token: 'garbage' });
    expect([bad.status, bad.json]).toEqual([
      401,
      { code: '1003', error: 'Token cannot be decoded', detail: null, reason: 'token_undecodable' },
    ]);
    const now = Math.floor(api.clock.now() / 1_000);
    const expired = await api.ask(method, path, { token: jwt({ user_id: randomUUID(), exp: now - 1 }) });
    expect([expired.status, expired.json]).toEqual([
      401,
      { code: '1004', error: 'Token has expired', detail: null, reason: 'token_expired' },
    ]);
  });

  it.each(guarded.filter(([, path]) => path.includes('test-clocks') || path.includes('sentry')))(
    '%s %s: is for superusers',
    async (method, path) => {
      const user = await api.newUser();
      expect((await api.ask(method, path, { token: user.token })).status).toBe(403);
    },
  );

  it('may send the token raw or as Bearer, and be a superuser in either spelling', async () => {
    const user_id = randomUUID();
    for (const token of [jwt({ user_id }), `Bearer ${jwt({ user_id })}`, `bearer  ${jwt({ user_id })}`]) {
      expect((await api.ask('GET', '/api/v1/payments/profile', { token })).status).toBe(200);
    }
    for (const is_superuser of [true, 'True', 'true']) {
      const token = jwt({ user_id, is_superuser });
      expect((await api.ask('GET', '/api/v1/status/sentry-debug', { token })).status).toBe(500);
    }
    for (const is_superuser of [false, 'False']) {
      const token = jwt({ user_id, is_superuser, sub: 'authentication', roles: ['subscriber'] });
      expect((await api.ask('GET', '/api/v1/status/sentry-debug', { token })).status).toBe(403);
    }
  });

  it('is one user whatever the case of the id', async () => {
    const user = await api.newUser();
    await user.buy();
    await api.system.payPage(user.id);
    const token = jwt({ user_id: user.id.toUpperCase() });
    expect((await api.ask('GET', '/api/v1/subscriptions/profile', { token })).status).toBe(200);
  });

  const user_id = randomUUID();
  const later = () => Math.floor(api.clock.now() / 1_000) + 600;
  const shapes: readonly (readonly [string, () => string])[] = [
    ['an empty header', () => ''],
    ['Bearer and nothing', () => 'Bearer '],
    ['two parts', () => jwt({ user_id }).split('.').slice(0, 2).join('.')],
    ['four parts', () => `${jwt({ user_id })}.x`],
    ['another secret', () => jwt({ user_id }, undefined, 'other')],
    ['a changed payload', () => jwt({ user_id }).replace(/\.[^.]+\./, `.${part(dated({ user_id: randomUUID() }))}.`)],
    ['HS512', () => jwt({ user_id }, { alg: 'HS512' }, jwtSecret, 'sha512')],
    ['alg none', () => `${part({ alg: 'none' })}.${part(dated({ user_id }))}.`],
    ['alg RS256', () => jwt({ user_id }, { alg: 'RS256' })],
    ['no alg', () => jwt({ user_id }, { typ: 'JWT' })],
    ['an unknown critical header', () => jwt({ user_id }, { alg: 'HS256', crit: ['x'], x: 1 })],
    ['an unencoded payload', () => jwt({ user_id }, { alg: 'HS256', crit: ['b64'], b64: false })],
    ['a header that is no object', () => jwt({ user_id }, 'x')],
    ['claims that are no object', () => jwt([user_id])],
    ['claims that are null', () => jwt(null)],
    ['claims that are no JSON', () => jwt('{')],
    ['broken UTF-8', () => jwt('').replace('..', `.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.`)],
    ['no user', () => jwt({ sub: user_id })],
    ['a user that is no UUID', () => jwt({ user_id: 'admin' })],
    ['a user that is a number', () => jwt({ user_id: 7 })],
    ['a user that is an operator', () => jwt({ user_id: { $ne: null } })],
    ['a future nbf', () => jwt({ user_id, nbf: later() })],
    ['a future iat', () => jwt({ user_id, iat: later() })],
    ['no iat', () => jwt({ user_id, iat: undefined })],
    ['an iat that is text', () => jwt({ user_id, iat: '0' })],
    ['an audience', () => jwt({ user_id, aud: 'movies' })],
    ['no exp', () => jwt({ user_id, exp: undefined })],
    ['an exp that is null', () => jwt({ user_id, exp: null })],
    ['a life of more than a day', () => jwt({ user_id, exp: later() + 86_400 })],
    ['a life of more than a day that has begun', () => jwt({ user_id, iat: later() - 86_400, exp: later() + 60 })],
    ['an exp that is text', () => jwt({ user_id, exp: String(later()) })],
    ['an is_superuser that is no flag', () => jwt({ user_id, is_superuser: 'yes' })],
    ['roles that are no list', () => jwt({ user_id, roles: 'service' })],
    ['roles that are no texts', () => jwt({ user_id, roles: [{}] })],
    ['Basic instead', () => `Basic ${Buffer.from('a:b').toString('base64')}`],
    ['eight kilobytes', () => 'x'.repeat(8_000)],
  ];
  it.each(shapes)('is refused with %s', async (_name, token) => {
    const answered = await api.ask('GET', '/api/v1/payments/profile', { headers: { Authorization: token() } });
    expect([answered.status, codeOf(answered)]).toEqual([401, '1003']);
  });

  it('is accepted under each secret while one replaces the other, and with the configured type alone', async () => {
    const trust = { issuer: null, audience: null, lifeMaxMs: 86_400_000 };
    const secrets = ['next-secret-of-the-auth-service-0123456789', jwtSecret];
    const strict = await startApi({
      options: { tokenTrust: { ...trust, keys: { kind: 'shared', secrets }, type: 'at+jwt' } },
    });
    try {
      const answerTo = async (header: object, secret?: string): Promise<number> =>
        (await strict.ask('GET', '/api/v1/payments/profile', { token: jwt({ user_id }, header, secret) })).status;
      const typed = { alg: 'HS256', typ: 'application/AT+JWT' };
      for (const secret of secrets) expect(await answerTo(typed, secret)).toBe(200);
      expect(await answerTo(typed, 'a-secret-that-was-withdrawn-0123456789')).toBe(401);
      for (const header of [{ alg: 'HS256' }, { alg: 'HS256', typ: 'JWT' }, { alg: 'HS256', typ: ['at+jwt'] }]) {
        expect(await answerTo(header)).toBe(401);
      }
    } finally {
      await strict.close();
    }
  });

  it('sees their own entitlement; services and superusers see all', async () => {
    const [user, other, service, boss] = await Promise.all([
      api.newUser(),
      api.newUser(),
      api.newUser({ roles: ['service'] }),
      api.newUser({ isSuperuser: true }),
    ]);
    const path = `/api/v1/entitlements/${user.id}`;
    expect(codeOf(await other.get(path))).toBe('3001');
    for (const asking of [user, service, boss]) {
      expect((await asking.get(path)).json).toMatchObject({ active: false, role: null });
    }
    expect((await service.get('/api/v1/entitlements/not-a-uuid')).status).toBe(422);
  });

  it('asks as a service about up to a hundred users at once: paid, unpaid and unknown ones', async () => {
    const [user, idle, service] = await Promise.all([
      api.newUser(),
      api.newUser(),
      api.newUser({ roles: ['service'] }),
    ]);
    await user.buy();
    await api.system.payPage(user.id);
    const query = (userIds: unknown) => service.post('/api/v1/entitlements/query', { user_ids: userIds });
    const { json } = await query([user.id.toUpperCase(), idle.id, user.id]);
    const single = (await service.get(`/api/v1/entitlements/${user.id}`)).json;
    expect(json).toEqual({
      entitlements: {
        [user.id]: single,
        [idle.id]: (await service.get(`/api/v1/entitlements/${idle.id}`)).json,
      },
    });
    expect(single).toMatchObject({ active: true });
    const many = (count: number) => query(Array.from({ length: count }, () => randomUUID()));
    expect(Object.keys(((await many(100)).json as { entitlements: object }).entitlements)).toHaveLength(100);
    expect((await many(101)).status).toBe(422);
    for (const wrong of [[], null, user.id, ['x'], [{ $ne: null }]]) expect((await query(wrong)).status).toBe(422);
  });
});
