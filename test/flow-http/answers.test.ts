import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, startApi, tariffIds } from './support/api.ts';
import { buyPath, notifyPath } from './support/asking.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

type Json = Readonly<Record<string, unknown>>;

describe('a refusal', () => {
  it('lists every violated field, and never repeats what was sent', async () => {
    const user = await api.newUser();
    const answered = await user.post(buyPath, {
      tariff_id: 'secret',
      renew: 'secret',
      return_url: 'secret',
      secret: 1,
    });
    const { violations } = answered.json as { violations: readonly Json[] };
    expect(answered.status).toBe(422);
    expect(violations.map(({ param }) => param).toSorted()).toEqual(['body', 'renew', 'return_url', 'tariff_id']);
    expect(answered.text).not.toContain('secret');
    const missing = (await user.post(buyPath, {})).json as { violations: readonly Json[] };
    expect(missing.violations.map(({ param }) => param)).toEqual(['tariff_id', 'renew']);
  });

  it('names the field, too, where the contract cannot say its rule', async () => {
    const boss = await api.newUser({ isSuperuser: true });
    const buy = (return_url: string) => boss.buy({ return_url });
    const report = { user_id: boss.id, delivered_at: '2199-01-01T00:00:00Z', channel: 'email' };
    const notification = { type: 'notification', event: 'payment.succeeded', object: { id: '../x' } };
    const answers = {
      'another origin': await buy('https://evil.example/'),
      'a backslash': await buy('https://cinema.example/\\'),
      'too long when encoded': await buy(`https://cinema.example/${'ы'.repeat(1_000)}`),
      'no body': await boss.post(buyPath),
      'no such command': await boss.post('/api/v1/preview', { command: 'subscription.steal' }),
      'a command without fields': await boss.post('/api/v1/preview', { command: 'payment.retry', secret: 1 }),
      'a clock of the past': await boss.post('/api/v1/test-clocks', { name: 'x', now: '1970-01-01T00:00:00+14:00' }),
      'no such page': await boss.get('/admin/api/dead-letters?cursor=x'),
      'a report of the future': await boss.post('/api/v1/notices/notice-1/delivered', report),
      'no id of an object': await api.ask('POST', notifyPath, { body: notification }),
      'a broken address': await boss.get('/api/v1/commands/%zz'),
    };
    const paramsOf = ({ json }: (typeof answers)['no body']) =>
      (json as { violations: readonly Json[] }).violations.map(({ param }) => param).join();
    expect(Object.fromEntries(Object.entries(answers).map(([what, answer]) => [what, paramsOf(answer)]))).toEqual({
      'another origin': 'return_url',
      'a backslash': 'return_url',
      'too long when encoded': 'return_url',
      'no body': 'body',
      'no such command': 'command',
      'a command without fields': 'body',
      'a clock of the past': 'now',
      'no such page': 'cursor',
      'a report of the future': 'delivered_at',
      'no id of an object': 'object.id',
      'a broken address': 'path',
    });
  });

  it('of very many wrong items lists the first', async () => {
    const service = await api.newUser({ roles: ['service'] });
    const answered = await service.post('/api/v1/entitlements/query', { user_ids: Array(2_000).fill('x') });
    expect((answered.json as { violations: readonly unknown[] }).violations).toHaveLength(20);
  });

  it.each([
    ['', 'en', 'No such address'],
    ['ru-RU, ru;q=0.9, en;q=0.8', 'ru', 'Адрес не найден'],
    ['en, ru;q=0.5', 'en', 'No such address'],
    ['fr', 'en', 'No such address'],
  ])('speaks the language of the client (%s)', async (language, expected, text) => {
    const headers = language === '' ? {} : { 'Accept-Language': language };
    const answered = await api.ask('GET', '/nothing', { headers });
    expect([answered.headers.get('content-language'), answered.json]).toEqual([
      expected,
      { code: '4004', error: text, detail: null, reason: 'no_such_address' },
    ]);
  });
});

describe('an answer to a repeat', () => {
  it('says that it is one; the first answer does not', async () => {
    const user = await api.newUser();
    const key = { 'Idempotency-Key': 'once' };
    const first = await user.buy({}, key);
    api.system.clock.advance(1);
    const again = await user.buy({}, key);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect((again.json as Json)['redirect_url']).toBe((first.json as Json)['redirect_url']);
  });

  it('says so, too, where the command was rejected', async () => {
    const user = await api.newUser();
    const uncancel = () => user.post('/api/v1/subscriptions/uncancel', undefined, { 'Idempotency-Key': 'no' });
    expect((await uncancel()).headers.get('idempotent-replayed')).toBeNull();
    api.system.clock.advance(1);
    const again = await uncancel();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([409, 'true']);
  });
});

describe('a purchase', () => {
  it('by the fetch of a page is answered with JSON; navigation is redirected', async () => {
    const user = await api.newUser();
    const fetched = await user.buy({}, { Accept: '*/*', 'Sec-Fetch-Mode': 'cors' });
    expect([fetched.status, typeof (fetched.json as Json)['redirect_url']]).toEqual([200, 'string']);
    expect((await user.buy({}, { Accept: 'text/html,*/*' })).status).toBe(302);
  });
});

describe('what is read', () => {
  it('names the currency of a tariff, and a role only where there is access', async () => {
    const [tariff] = (await api.ask('GET', '/api/v1/tariffs')).json as readonly Json[];
    expect(tariff).toMatchObject({ id: tariffIds.day, cost_minor: 2_900, currency: 'RUB' });
    const user = await api.newUser();
    const access = async () => (await user.get(`/api/v1/entitlements/${user.id}`)).json;
    expect(await access()).toMatchObject({ active: false, role: null });
    await user.buy();
    await api.system.payPage(user.id);
    expect(await access()).toMatchObject({ active: true, role: 'subscriber' });
  });
});
