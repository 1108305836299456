import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, startApi } from './support/api.ts';
import { codeOf, notifyPath } from './support/asking.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('a notification', () => {
  const event = (more = {}) => ({
    type: 'notification',
    event: 'payment.succeeded',
    object: { id: '2e8b3c1a-000f-5000-8000-1d6a2b3c4d5e' },
    ...more,
  });
  const notify = (body: unknown, path = notifyPath) => api.ask('POST', path, { body });

  it('is acknowledged once its hint is published', async () => {
    const published = api.published.length;
    expect((await notify(event())).json).toEqual({ taken: true });
    expect(api.published).toHaveLength(published + 1);
    expect(api.published.at(-1)).toMatchObject({
      key: '2e8b3c1a-000f-5000-8000-1d6a2b3c4d5e',
      value: { provider: 'yookassa', objectType: 'payment' },
    });
    for (const broker of ['taken_back', 'unacknowledged'] as const) {
      api.setBroker(broker);
      expect((await notify(event())).status).toBe(503);
    }
    api.setBroker('carry out');
  });

  it('that only claims a payment activates no subscription', async () => {
    const user = await api.newUser();
    await user.buy();
    const open = (await api.system.state(user.id)).payment;
    await notify(event({ object: { id: open?.providerPaymentId, status: 'succeeded', paid: true } }));
    expect((await user.get('/api/v1/subscriptions/profile')).status).toBe(404);
  });

  it('of an unknown event is answered 200 and ignored', async () => {
    const published = api.published.length;
    for (const name of ['deal.closed', 'payout.succeeded', 'x']) {
      expect((await notify(event({ event: name }))).json).toEqual({ taken: false });
    }
    expect(api.published).toHaveLength(published);
  });

  it('to another address does not exist', async () => {
    const wrong = await notify(event(), '/api/v1/notifications/yookassa/wrong');
    expect([wrong.status, codeOf(wrong)]).toEqual([404, '4004']);
    expect((await notify(event(), `${notifyPath}x`)).status).toBe(404);
  });

  it('that is malformed is refused', async () => {
    for (const body of ['{', '[]', {}, event({ event: 5 }), event({ object: null }), event({ object: [] })]) {
      expect([400, 422]).toContain((await notify(body)).status);
    }
    for (const id of [undefined, 5, '', '../x', 'x'.repeat(65), { $ne: 1 }, 'a b']) {
      expect((await notify(event({ object: { id } }))).status).toBe(422);
    }
    expect((await notify(event({ filler: 'x'.repeat(66_000) }))).status).toBe(413);
    expect((await notify(event({ filler: 'x'.repeat(60_000) }))).status).toBe(200);
  });
});

describe('behind a proxy', () => {
  let proxied: Api;
  beforeAll(async () => {
    proxied = await startApi({
      options: {
        trustedHops: 1,
        notificationAddresses: ['185.71.76.0/27', '2a02:5180::/32'],
        rateLimits: {
          perAddress: { perSecond: 1, burst: 3 },
          perUser: { perSecond: 1, burst: 2 },
          perService: { perSecond: 1, burst: 2 },
        },
      },
    });
  });
  afterAll(() => proxied.close());

  it('a notification has the address that the last hop reports, not the one that the sender claims', async () => {
    const from = async (forwarded: string): Promise<number> =>
      (
        await proxied.ask('POST', notifyPath, {
          body: { event: 'x', object: {} },
          headers: { 'X-Forwarded-For': forwarded },
        })
      ).status;
    for (const address of ['185.71.76.5', '1.2.3.4, 185.71.76.5', '2a02:5180::1', '::ffff:185.71.76.5']) {
      expect([address, await from(address)]).toEqual([address, 200]);
    }
    for (const address of ['185.71.76.5, 1.2.3.4', '1.2.3.4', '185.71.76.32', 'garbage', '2a02:5181::1', '']) {
      expect([address, await from(address)]).toEqual([address, 403]);
    }
    // A proxy more than we count refuses the provider itself: a person must hear it, and once is enough.
    const refused = proxied.log.lines.filter(({ message }) =>
      message.startsWith('notification from a foreign address'),
    );
    expect(refused.map(({ level }) => level)).toEqual(['error', 'warn', 'warn', 'warn', 'warn', 'warn']);
  });

  it('a client above the rate limit gets Retry-After, others do not', async () => {
    const ask = (address: string, token?: string) =>
      proxied.ask('GET', '/api/v1/payments/profile', {
        token: token ?? null,
        headers: { 'X-Forwarded-For': address },
      });
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await ask('10.0.0.1')).status);
    expect(statuses).toContain(429);
    const refused = await ask('10.0.0.1');
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([429, '4029', '1']);
    expect((await ask('10.0.0.2')).status).toBe(403);
    const guesses = [];
    for (let count = 0; count < 5; count += 1) guesses.push((await ask('10.0.0.3', 'guess')).status);
    expect(guesses).toEqual([401, 401, 401, 429, 429]);
    const user = await proxied.newUser();
    const own = [];
    for (let count = 0; count < 5; count += 1) own.push((await ask(`10.0.1.${count}`, user.token)).status);
    expect(own).toContain(429);
  });
});
