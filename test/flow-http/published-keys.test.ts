import { createHmac, KeyObject, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HttpOptions } from '../../src/adapters/http/contract/http-services.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { type Api, startApi } from './support/api.ts';
import { codeOf } from './support/asking.ts';
import { createKey, dated, type PublishedKey, startKeyServer } from './support/key-server.ts';

const minuteMs = 60_000;
const user_id = randomUUID();

/** Keys that no auth service should publish, and that must not be accepted if one does. */
const secretBytes = Buffer.alloc(32, 7);
const secret = { jwk: { kty: 'oct', kid: 'secret', alg: 'HS256', k: secretBytes.toString('base64url') } };

let rsa: PublishedKey;
let elliptic: PublishedKey;
let later: PublishedKey;
let server: Awaited<ReturnType<typeof startKeyServer>>;
let api: Api;
let passedMs = 0;

beforeAll(async () => {
  [rsa, elliptic, later] = await Promise.all([
    createKey('RS256', 'rsa'),
    createKey('ES256', 'elliptic'),
    createKey('ES256', 'later'),
  ]);
});

const trusting = (issuer: string | null, audience: string | null, rateLimits?: HttpOptions['rateLimits']) =>
  startApi({
    options: {
      tokenTrust: {
        keys: { kind: 'published', address: server.address },
        issuer,
        audience,
        type: null,
        lifeMaxMs: 24 * 3_600_000,
      },
      ...(rateLimits === undefined ? {} : { rateLimits }),
    },
    services: {
      clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs },
      development: { events: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error()) }) }) },
    },
  });

async function open(): Promise<void> {
  passedMs = 0;
  // The library that caches the keys has no clock but this.
  const now = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => now() + passedMs);
  server = await startKeyServer([rsa, elliptic, secret]);
  api = await trusting(null, null);
}

async function close(): Promise<void> {
  await Promise.all([api.close(), server.close()]);
  jest.restoreAllMocks();
}

async function answerTo(token: string, at = api): Promise<string> {
  const answered = await at.ask('GET', '/api/v1/payments/profile', { token: `Bearer ${token}` });
  if (answered.status === 503) expect(answered.headers.get('retry-after')).not.toBeNull();
  return answered.status === 200 ? 'in' : `${answered.status}/${codeOf(answered)}`;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signedWithBytes(bytes: Buffer | string, header: object): string {
  const signed = `${part(header)}.${part(dated({ user_id }))}`;
  return `${signed}.${createHmac('sha256', bytes).update(signed).digest('base64url')}`;
}

describe('a token signed with a published key', () => {
  beforeAll(open);
  afterAll(close);

  it('is accepted with an RSA or elliptic key, and the keys are fetched once', async () => {
    expect(await Promise.all([rsa, elliptic, rsa].map(async (key) => answerTo(await key.sign({ user_id }))))).toEqual([
      'in',
      'in',
      'in',
    ]);
    expect(server.asked()).toBe(1);
  });

  it('is refused after its expiry', async () => {
    const exp = Math.floor(api.clock.now() / 1_000) - 1;
    expect(await answerTo(await rsa.sign({ user_id, exp }))).toBe('401/1004');
  });

  const der = (): Buffer => KeyObject.from(rsa.publicKey).export({ type: 'spki', format: 'der' });
  const pem = (): string => KeyObject.from(rsa.publicKey).export({ type: 'spki', format: 'pem' });
  const forgeries: readonly (readonly [string, () => string | Promise<string>])[] = [
    ['the PEM of a public key taken for a secret', () => signedWithBytes(pem(), { alg: 'HS256', kid: 'rsa' })],
    ['the DER of a public key taken for a secret', () => signedWithBytes(der(), { alg: 'HS256', kid: 'rsa' })],
    ['the JWK of a public key taken for a secret', () => signedWithBytes(JSON.stringify(rsa.jwk), { alg: 'HS256' })],
    ['no algorithm', () => `${part({ alg: 'none' })}.${part(dated({ user_id }))}.`],
    ['no algorithm and a key', () => `${part({ alg: 'none', kid: 'rsa' })}.${part(dated({ user_id }))}.`],
    ['an algorithm that is not the key’s', () => rsa.sign({ user_id }, { kid: 'elliptic' })],
    ['an algorithm outside the list', async () => (await createKey('PS256', 'rsa')).sign({ user_id })],
    ['another key under a known name', async () => (await createKey('RS256', 'rsa')).sign({ user_id })],
    [
      'the key that it brings along',
      async () => {
        const own = await createKey('ES256', 'own');
        return own.sign({ user_id }, { jwk: own.jwk, jku: server.address });
      },
    ],
    [
      'a changed payload',
      async () => (await rsa.sign({ user_id })).replace(/\.[^.]+\./, `.${part(dated({ user_id: randomUUID() }))}.`),
    ],
    ['a secret that stands in the set', () => signedWithBytes(secretBytes, { alg: 'HS256', kid: 'secret' })],
  ];
  it.each(forgeries)('is refused with %s', async (_name, forge) => {
    expect(await answerTo(await rsa.sign({ user_id }))).toBe('in');
    expect(await answerTo(await forge())).toBe('401/1003');
  });

  it('is of the issuer and for the audience that are configured', async () => {
    const strict = await trusting('auth', 'billing');
    const say = async (claims: object) => answerTo(await rsa.sign({ user_id, ...claims }), strict);
    for (const aud of ['billing', ['movies', 'billing']]) expect(await say({ iss: 'auth', aud })).toBe('in');
    for (const claims of [
      {},
      { iss: 'auth' },
      { aud: 'billing' },
      { iss: 'other', aud: 'billing' },
      { iss: ['auth'], aud: 'billing' },
      { iss: 'auth', aud: 'movies' },
      { iss: 'auth', aud: ['movies'] },
      { iss: 'auth', aud: null },
    ]) {
      expect([claims, await say(claims)]).toEqual([claims, '401/1003']);
    }
    await strict.close();
  });

  it('is not issued by the page for developers', async () => {
    expect((await api.ask('GET', `/dev/token?user=${user_id}`)).status).toBe(404);
  });
});

describe('when the keys change', () => {
  beforeEach(open);
  afterEach(close);

  it('a new key is accepted after one more fetch, at most one in ten seconds', async () => {
    await answerTo(await rsa.sign({ user_id }));
    server.publish([rsa, later]);
    const token = await later.sign({ user_id });
    expect([await answerTo(token), await answerTo(token), server.asked()]).toEqual(['401/1003', '401/1003', 1]);
    passedMs += 11_000;
    expect(await Promise.all([answerTo(token), answerTo(token)])).toEqual(['in', 'in']);
    expect(server.asked()).toBe(2);
  });

  it('unknown key ids cause no storm of fetches', async () => {
    await answerTo(await rsa.sign({ user_id }));
    passedMs += 11_000;
    for (const kid of ['a', 'b', 'c']) expect(await answerTo(await rsa.sign({ user_id }, { kid }))).toBe('401/1003');
    expect(server.asked()).toBe(2);
  });

  it('a withdrawn key is refused after a few minutes', async () => {
    const token = await rsa.sign({ user_id });
    expect(await answerTo(token)).toBe('in');
    server.publish([elliptic]);
    passedMs += 6 * minuteMs;
    while ((await answerTo(token)) === 'in') {
      expect(server.asked()).toBeLessThanOrEqual(2);
      passedMs += minuteMs;
    }
    expect(await answerTo(token)).toBe('401/1003');
  });
});

describe('when the keys cannot be fetched', () => {
  beforeEach(open);
  afterEach(close);

  it.each<readonly [string, () => void | Promise<void>]>([
    ['no server', () => server.close()],
    ['an error', () => server.answer(500, 'oops')],
    ['another address', () => server.answer(302, '')],
    ['no JSON', () => server.answer(200, '<html>')],
    ['no set of keys', () => server.answer(200, '{"keys":7}')],
    ['no answer', () => server.hang()],
  ])('the answer is "later" and not "your token is wrong": %s', async (_name, fail) => {
    await fail();
    const asked = server.asked();
    expect(await answerTo(await rsa.sign({ user_id }))).toBe('503/5003');
    expect(await answerTo(await elliptic.sign({ user_id }))).toBe('503/5003');
    expect(server.asked()).toBeLessThanOrEqual(asked + 1);
    expect(await answerTo('garbage')).toBe('401/1003');
  });

  it('the limit of the address is not used: no token was refused', async () => {
    const slow = { perSecond: 0.001, burst: 2 };
    const strict = await trusting(null, null, { perAddress: slow, perUser: slow, perService: slow });
    server.answer(500, 'oops');
    const token = await rsa.sign({ user_id });
    const answers: string[] = [];
    for (let count = 0; count < 4; count += 1) answers.push(await answerTo(token, strict));
    const { status } = await strict.ask('GET', '/api/v1/tariffs');
    await strict.close();
    expect([...answers, status]).toEqual([...Array<string>(4).fill('503/5003'), 200]);
  });

  it('they are fetched again after a pause, and tokens are accepted', async () => {
    server.answer(500, 'oops');
    const token = await rsa.sign({ user_id });
    expect(await answerTo(token)).toBe('503/5003');
    server.publish([rsa]);
    expect(await answerTo(token)).toBe('503/5003');
    passedMs += 11_000;
    expect(await answerTo(token)).toBe('in');
  });

  it('known keys stay valid for an hour; a new one cannot be checked', async () => {
    const token = await rsa.sign({ user_id });
    expect(await answerTo(token)).toBe('in');
    server.answer(500, 'oops');
    passedMs += 50 * minuteMs;
    expect(await answerTo(token)).toBe('in');
    passedMs += minuteMs;
    expect(await answerTo(await later.sign({ user_id }))).toBe('503/5003');
    expect(await answerTo(token)).toBe('in');
    passedMs += 10 * minuteMs;
    expect(await answerTo(token)).toBe('503/5003');
  });
});
