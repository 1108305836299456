import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/adapters/http/auth/digests.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { Fault } from '../../src/application/ports/faults.ts';
import { type Answered, type Api, startApi, tariffIds } from './support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const outage = new Fault('store_unavailable', 'no answer', { retryable: true });
const noWait = { Prefer: 'wait=0' };

/** The command as the answer shows it: every repeat is answered with the same one. */
const commandIn = ({ json }: Answered) =>
  (json as { command: Readonly<Record<'id' | 'accepted_at' | 'status_url', string>> }).command;

describe('a purchase repeated after it was answered with a page', () => {
  it('is answered as completed, once the page is paid', async () => {
    const user = await api.newUser();
    const [key, return_url] = [{ 'Idempotency-Key': 'form' }, 'https://cinema.example/back'];
    const browser = { ...key, Accept: 'text/html' };
    const { headers } = await user.buy({ return_url }, browser);
    expect(headers.get('location')).toMatch(/^https:\/\/pay\.example\//);
    const { status_url } = commandIn(await user.buy({ return_url }, key));
    await api.system.payPage(user.id);
    const again = await user.buy({ return_url }, browser);
    expect([again.status, again.headers.get('location')]).toEqual([302, return_url]);
    const profile = (await user.get('/api/v1/subscriptions/profile')).json;
    expect((await user.buy({ return_url }, key)).json).toEqual(profile);
    const status = { status: 'completed', redirect_url: null, rejection: null, subscription: profile };
    expect((await user.get(status_url)).json).toMatchObject(status);
    // A later purchase belongs to another command.
    await user.post('/api/v1/subscriptions/cancel', { mode: 'immediate' });
    await user.buy();
    await api.system.payPage(user.id);
    expect((await user.get(status_url)).json).toMatchObject({ ...status, subscription: null });
  });

  it.each([
    ['the page is over', '4013', 'payment_declined'],
    ['it is replaced', '4014', 'superseded'],
    ['it is canceled', '4039', 'canceled'],
  ])('is refused once %s, and the status says why', async (_ending, code, detail) => {
    const user = await api.newUser();
    const key = { 'Idempotency-Key': 'form' };
    const { status_url } = commandIn(await user.buy({}, key));
    const page = (await api.system.state(user.id)).payment?.providerPaymentId ?? '';
    if (detail === 'payment_declined') {
      api.system.provider.finish(page, 'expired_on_confirmation');
      await api.system.hint('payment', page);
    } else if (detail === 'superseded') {
      await user.buy({ tariff_id: tariffIds.day });
    } else {
      await user.post('/api/v1/subscriptions/cancel');
    }
    const again = await user.buy({}, key);
    expect([again.status, again.json]).toEqual([409, expect.objectContaining({ code, detail })]);
    expect((await user.get(status_url)).json).toMatchObject({ status: 'rejected', rejection: { code, detail } });
  });
});

it('a repeat is answered as the first request was, and marked', async () => {
  const user = await api.newUser();
  const key = { 'Idempotency-Key': 'form' };
  const first = await user.buy({}, key);
  await api.system.pass(60_000);
  const again = await user.buy({}, key);
  expect(again.json).toEqual(first.json);
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  const command = commandIn(again);
  expect((await user.get(command.status_url)).json).toEqual(command);
});

describe('a repeat that does not wait', () => {
  const key = { 'Idempotency-Key': 'form', ...noWait };

  it('is answered with the outcome that is known', async () => {
    const user = await api.newUser();
    const first = await user.buy({}, key);
    await api.system.pass(60_000);
    const again = await user.buy({}, key);
    expect(first.json).toHaveProperty('redirect_url');
    expect([again.status, again.json, again.headers.get('idempotent-replayed')]).toEqual([200, first.json, 'true']);
  });

  it('is refused at once where it orders something else', async () => {
    const user = await api.newUser();
    await user.buy({}, key);
    const other = await user.buy({ tariff_id: tariffIds.day }, key);
    expect([other.status, other.json]).toEqual([422, expect.objectContaining({ code: '4005' })]);
  });

  it('has the time and the address of the first request while the provider has not answered', async () => {
    const user = await api.newUser();
    api.system.provider.script('lost');
    const first = await user.buy({}, key);
    await api.system.pass(5_000);
    const again = await user.buy({}, key);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.json).toEqual(first.json);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  });

  it('is accepted as a request of its own while the database does not answer', async () => {
    const store = { ...api.system.services.store, findCommands: () => Promise.reject(outage) };
    const blind = await startApi({ services: { store } });
    const { token } = await blind.newUser();
    const body = { tariff_id: tariffIds.month, renew: true };
    const buy = () => blind.ask('POST', '/api/v1/subscriptions/yookassa/buy', { token, headers: key, body });
    const answers = [await buy(), await buy()];
    await blind.close();
    expect(answers.map(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([
      [202, null],
      [202, null],
    ]);
    const [first, again] = answers.map((answered) => commandIn(answered).id);
    expect(again).toBe(first);
  });
});

it('a repeat whose wait is over has the time and the address of the first request', async () => {
  const user = await api.newUser();
  const key = { 'Idempotency-Key': 'form', Prefer: 'wait=1' };
  api.system.provider.script('lost');
  const first = await user.buy({}, key);
  await api.system.pass(5_000);
  const again = await user.buy({}, key);
  expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 202, 'true']);
  expect(again.json).toEqual(first.json);
});

it('the first answer is no repeat where the clock of the API is ahead of the broker’s', async () => {
  const now = (): number => late.system.clock.now() + 5_000;
  const late: Api = await startApi({ services: { clock: { ...systemClock, now } } });
  const { token } = await late.newUser();
  const buy = (headers: Record<string, string>) =>
    late.ask('POST', '/api/v1/subscriptions/yookassa/buy', {
      token,
      body: { tariff_id: tariffIds.month, renew: true },
      headers: { Accept: 'application/json', ...headers },
    });
  const key = { 'Idempotency-Key': 'form' };
  const answers = [await buy(key), await buy({})];
  late.system.clock.advance(1);
  const again = await buy(key);
  const marks = [...answers, again].map(({ headers }) => headers.get('idempotent-replayed'));
  await late.close();
  expect(marks).toEqual([null, null, 'true']);
  expect(again.json).toEqual(answers[0]?.json);
});

describe('a cancel in the words of a subscriber', () => {
  const path = '/api/v1/subscriptions/cancel';
  const headers = { 'Idempotency-Key': 'leave' };
  /** The API after a change of keys, beside the same documents. */
  let rotated: Api;
  beforeAll(async () => {
    const { store, past } = api.system.services;
    const options = { commandTokenSecrets: ['a newer secret', 'another secret'] };
    rotated = await startApi({ options, services: { store, past } });
    rotated.system.clock.set(api.system.clock.now() + 1);
  });
  afterAll(() => rotated.close());

  it.each([{ reason: 'call me: +79000000012' }, { comment: 'call me: +79000000012' }])(
    '%j has a digest that tells nothing without a key',
    async (body) => {
      const { token } = await api.newUser();
      const from = api.published.length;
      await api.ask('POST', path, { token, headers, body });
      const [message] = api.published.slice(from);
      const words = Object.values(body).flatMap((said) => [`["period_end",${JSON.stringify(said)}]`, said]);
      const plain = [...words, `["period_end",null,{"comment":${JSON.stringify(body.comment)}}]`].map(sha256Hex);
      expect(plain).not.toContain(message?.value?.['bodyHash']);
    },
  );

  it.each([{ reason: 'too few films' }, { comment: 'too few films' }])(
    '%j is known as a repeat after the keys have changed',
    async (body) => {
      const { token } = await api.newUser();
      const first = await api.ask('POST', path, { token, headers, body });
      const again = await rotated.ask('POST', path, { token, headers, body });
      expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 200, 'true']);
      const other = await rotated.ask('POST', path, { token, headers, body: { reason: 'too many films' } });
      expect([other.status, other.json]).toEqual([422, expect.objectContaining({ code: '4005' })]);
    },
  );
});
