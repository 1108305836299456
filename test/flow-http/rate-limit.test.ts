import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Api, type Asked, startApi } from './support/api.ts';
import { notifyPath } from './support/asking.ts';

const burst = 5;
const slow = { perSecond: 0.001, burst };

let api: Api;
beforeEach(async () => {
  api = await startApi({ options: { rateLimits: { perAddress: slow, perUser: slow, perService: slow } } });
});
afterEach(() => api.close());

async function statuses(method: string, path: string, asked: Asked = {}): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let count = 0; count < burst + 2; count += 1) seen.push((await api.ask(method, path, asked)).status);
  return seen;
}
const then429 = (status: number): readonly number[] => [...Array<number>(burst).fill(status), 429, 429];

const event = { event: 'payment.succeeded', object: { id: '2e8b3c1a-000f-5000-8000-1d6a2b3c4d5e' } };

describe('an address has one limit', () => {
  it.each([
    ['a public route', 'GET', '/api/v1/tariffs', 200],
    ['the status', 'POST', '/api/v1/status', 200],
    ['the contract', 'GET', '/api/openapi.json', 200],
    ['the page of the contract', 'GET', '/docs', 200],
    ['an asset that does not exist', 'GET', '/docs/assets/nothing', 404],
    ['an address that does not exist', 'GET', '/nothing', 404],
    ['an address that cannot be decoded', 'GET', '/api/v1/commands/%zz', 400],
    ['another method', 'DELETE', '/api/v1/tariffs', 405],
    ['a private route', 'GET', '/api/v1/payments/profile', 403],
  ])('at %s, whatever is claimed', async (_name, method, path, status) => {
    const headers = path.startsWith('/api/v1/payments') ? {} : { Authorization: 'x' };
    expect(await statuses(method, path, { headers })).toEqual(then429(status));
  });

  const preflight = { 'Access-Control-Request-Method': 'POST' };
  it.each([
    ['from a listed origin', '/api/v1/tariffs', { Origin: 'https://cinema.example', ...preflight }],
    ['from another origin', '/api/v1/tariffs', { Origin: 'https://elsewhere.example', ...preflight }],
    ['from no origin', '/api/v1/tariffs', preflight],
    ['at an address that does not exist', '/nothing', preflight],
    ['at an address that cannot be decoded', '/api/v1/commands/%zz', preflight],
  ])('for preflights %s, and they take nothing from the requests that follow', async (_name, path, headers) => {
    expect(await statuses('OPTIONS', path, { headers })).toEqual(then429(204));
    expect(await statuses('GET', '/api/v1/tariffs')).toEqual(then429(200));
  });

  it('for OPTIONS that is no preflight', async () => {
    expect(await statuses('OPTIONS', '/api/v1/tariffs')).toEqual(then429(405));
  });

  it('at a private route with an invalid token', async () => {
    expect(await statuses('GET', '/api/v1/payments/profile', { token: 'x' })).toEqual(then429(401));
  });

  it('at the notification route with a wrong secret', async () => {
    const guess = '/api/v1/notifications/yookassa/a-guess-0123456789';
    expect(await statuses('POST', guess, { body: event, headers: { Authorization: 'x' } })).toEqual(then429(404));
  });

  it('over all of them together', async () => {
    const paths = ['/nothing', '/api/v1/tariffs', '/docs', '/api/openapi.json', '/api/v1/commands/%zz', '/nothing'];
    const seen: number[] = [];
    for (const path of paths) seen.push((await api.ask('GET', path)).status);
    expect(seen).toEqual([404, 200, 200, 200, 400, 429]);
  });
});

describe('the limit of an address', () => {
  it('does not apply to the provider, whose secret and address are right', async () => {
    api.setBroker('keep');
    expect(await statuses('POST', notifyPath, { body: event })).toEqual(Array(burst + 2).fill(200));
    expect((await api.ask('GET', '/api/v1/tariffs')).status).toBe(200);
  });

  it('applies to a caller with the secret from another address', async () => {
    const elsewhere = await startApi({
      options: {
        rateLimits: { perAddress: slow, perUser: slow, perService: slow },
        notificationAddresses: ['185.71.76.0/27'],
      },
    });
    const seen: number[] = [];
    for (let count = 0; count < burst + 2; count += 1) {
      seen.push((await elsewhere.ask('POST', notifyPath, { body: event })).status);
    }
    await elsewhere.close();
    expect(seen).toEqual(then429(403));
  });

  it('is not used by an authenticated user, who has a limit of their own', async () => {
    const user = await api.newUser();
    expect(await statuses('GET', '/api/v1/payments/profile', { token: user.token })).toEqual(then429(200));
    const other = await api.newUser();
    expect((await other.get('/api/v1/payments/profile')).status).toBe(200);
    expect((await api.ask('GET', '/api/v1/tariffs')).status).toBe(200);
  });
});

describe('what the limit leaves', () => {
  const leftOf = ({ headers }: { readonly headers: Headers }) => [
    ...['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`ratelimit-${name}`))),
  ];

  it('is said with every answer to a user, the refusal included', async () => {
    const { token } = await api.newUser();
    const seen = [];
    for (let count = 0; count < burst + 1; count += 1)
      seen.push(leftOf(await api.ask('GET', '/api/v1/payments/profile', { token })));
    expect(seen.map(([limit]) => limit)).toEqual(Array(burst + 1).fill(burst));
    expect(seen.map(([, remaining]) => remaining)).toEqual([4, 3, 2, 1, 0, 0]);
    expect(seen.every(([, , reset = 0]) => reset >= 1_000)).toBe(true);
  });

  it.each([
    ['a public route', 'GET', '/api/v1/tariffs'],
    ['a page', 'GET', '/docs'],
    ['an address that does not exist', 'GET', '/nothing'],
    ['an address that cannot be decoded', 'GET', '/api/v1/commands/%zz'],
    ['another method', 'DELETE', '/api/v1/tariffs'],
    ['a private route without a token', 'GET', '/api/v1/payments/profile'],
  ])('is said with every answer to an address, at %s', async (_name, method, path) => {
    const seen = [];
    for (let count = 0; count < burst + 1; count += 1) seen.push(leftOf(await api.ask(method, path)));
    expect(seen.map(([limit, remaining]) => [limit, remaining])).toEqual(
      [4, 3, 2, 1, 0, 0].map((remaining) => [burst, remaining]),
    );
  });

  it('is not said to the provider, who has no limit', async () => {
    api.setBroker('keep');
    expect((await api.ask('POST', notifyPath, { body: event })).headers.get('ratelimit-limit')).toBeNull();
  });

  it('is more for another service, which asks for all of its viewers', async () => {
    const perService = { perSecond: 0.001, burst: burst * 2 };
    const wide = await startApi({ options: { rateLimits: { perAddress: slow, perUser: slow, perService } } });
    const films = await wide.newUser({ roles: ['service'] });
    const seen: number[] = [];
    for (let count = 0; count < burst * 2 + 1; count += 1) {
      const asked = await wide.ask('GET', '/api/v1/payments/profile', { token: films.token });
      seen.push(asked.status);
    }
    await wide.close();
    expect(seen).toEqual([...Array<number>(burst * 2).fill(200), 429]);
  });
});
