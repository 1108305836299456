import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readMessage } from '../support/read-message.ts';
import { type Api, startApi, tariffIds } from './support/api.ts';
import { newUserWhoPaysAfterCancel } from './support/pay-after-cancel.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const noWait = { Prefer: 'wait=0' };
const problem = (code: string, detail: unknown = null) => expect.objectContaining({ code, detail });

describe('buying over HTTP', () => {
  it('redirects a browser to the payment page and gives a JSON client its address', async () => {
    const [browser, program] = [await api.newUser(), await api.newUser()];
    const redirected = await browser.buy({}, { Accept: 'text/html,*/*' });
    expect(redirected.status).toBe(302);
    expect(redirected.headers.get('location')).toMatch(/^https:\/\/pay\.example\//);
    expect(redirected.text).toBe('');
    const answered = await program.buy();
    expect(answered.status).toBe(200);
    expect(answered.json).toMatchObject({
      redirect_url: expect.stringMatching(/^https:\/\/pay\.example\//),
      command: { status: 'requires_action' },
    });
  });

  it('puts the purchase, its user and the request id into the command', async () => {
    const user = await api.newUser();
    await user.buy({ return_url: 'https://cinema.example/back?x=1' }, { 'X-Request-Id': 'one request' });
    const command = api.published.map(readMessage).findLast(({ kind }) => kind === 'command');
    expect(command).toMatchObject({
      command: {
        type: 'subscription.pay',
        userId: user.id,
        actor: { kind: 'user', id: user.id },
        tariffId: tariffIds.month,
        paySystem: 'yookassa',
        renew: true,
        returnUrl: 'https://cinema.example/back?x=1',
        testClockId: null,
        notAfter: api.clock.now() + 15 * 60_000,
      },
    });
  });

  it('shows the subscription, the entitlement and the payment once the page is paid', async () => {
    const user = await api.newUser();
    expect((await user.get('/api/v1/subscriptions/profile')).json).toEqual(problem('3003'));
    await user.buy();
    expect((await user.get('/api/v1/subscriptions/profile')).status).toBe(404);
    await api.system.payPage(user.id);
    const profile = await user.get('/api/v1/subscriptions/profile');
    expect(Object.keys(profile.json as object).sort()).toEqual([
      'id',
      'period_end',
      'period_start',
      'reason',
      'renew',
      'status',
      'tariff',
      'user_id',
    ]);
    expect(profile.json).toMatchObject({
      user_id: user.id,
      renew: true,
      status: 'active',
      reason: null,
      period_start: '2026-01-31T09:00:00.000Z',
      period_end: '2026-02-28T09:00:00.000Z',
      tariff: { cost: 299, cost_minor: 29_900, alias: 'month', period: 1, period_unit: 'month' },
    });
    expect((await user.get(`/api/v1/entitlements/${user.id}`)).json).toEqual({
      active: true,
      valid_until: '2026-03-03T09:00:00.000Z',
      grace_until: null,
      tariff: 'month',
      features: ['hd'],
      role: 'subscriber',
    });
    const payments = (await user.get('/api/v1/payments/profile')).json;
    expect(payments).toEqual([
      expect.objectContaining({
        amount: '299.00',
        amount_minor: 29_900,
        pay_system: 'ЮКасса',
        pay_status: 'Платеж успешно завершён',
        payment_id: expect.any(String),
      }),
    ]);
  });

  it('shows the refund of a page that was paid after the cancel', async () => {
    const user = await newUserWhoPaysAfterCancel(api);
    expect((await user.get('/api/v1/payments/profile')).json).toEqual([
      expect.objectContaining({
        pay_status: 'Платеж возвращён',
        json_detail: expect.objectContaining({ refundedMinor: 29_900, refundingMinor: 0 }),
      }),
    ]);
  });

  it('refuses a second purchase with a code of its own', async () => {
    const user = await api.newUser();
    await user.buy();
    await api.system.payPage(user.id);
    const again = await user.buy();
    expect(again.status).toBe(409);
    expect(again.json).toEqual(problem('4006', 'already_subscribed'));
  });

  it('treats a repeat with the same key as the same command, and refuses another body', async () => {
    const user = await api.newUser();
    const key = { 'Idempotency-Key': 'k-1' };
    const first = await user.buy({}, key);
    const repeat = await user.buy({}, key);
    expect(repeat.json).toMatchObject({
      redirect_url: (first.json as { redirect_url: string }).redirect_url,
      command: { id: (first.json as { command: { id: string } }).command.id },
    });
    const other = await user.buy({ renew: false }, key);
    expect(other.status).toBe(422);
    expect(other.json).toEqual(problem('4005'));
    expect((await api.system.state(user.id)).commands).toHaveLength(1);
    const anotherUser = await api.newUser();
    expect((await anotherUser.buy({ renew: false }, key)).status).toBe(200);
  });

  it('finds the outcome of a repeat whose command has left the document', async () => {
    const user = await api.newUser();
    const key = { 'Idempotency-Key': 'old' };
    await user.buy({}, key);
    for (let count = 0; count < 51; count += 1) await user.buy();
    const remembered = (await api.system.state(user.id)).commands;
    expect(remembered).toHaveLength(50);
    expect((await user.buy({}, key)).json).toMatchObject({ command: { status: 'requires_action' } });
    await api.system.payPage(user.id);
    expect((await user.buy({}, key)).json).toEqual((await user.get('/api/v1/subscriptions/profile')).json);
  });

  it('answers 404 for an unknown pay system or tariff, the pay system first', async () => {
    const user = await api.newUser();
    const buy = (paySystem: string, tariff_id: string) =>
      user.post(`/api/v1/subscriptions/${paySystem}/buy`, { tariff_id, renew: true });
    const nothing = '00000000-0000-4000-8000-000000000000';
    expect((await buy('cloudpayments', nothing)).json).toEqual(problem('3004', 'pay_system_not_found'));
    expect((await buy('__proto__', tariffIds.month)).json).toEqual(problem('3004', 'pay_system_not_found'));
    expect((await buy('yookassa', nothing)).json).toEqual(problem('3002', 'tariff_not_found'));
    const published = api.published.length;
    expect((await user.buy({}, { 'X-Test-Clock': 'no-such-clock' })).json).toEqual(
      problem('4008', 'test_clock_not_found'),
    );
    expect(api.published).toHaveLength(published);
  });
});

describe('a command that is not handled yet', () => {
  it('is accepted with the address of its status, which follows it to its end', async () => {
    const user = await api.newUser();
    api.setBroker('keep');
    const accepted = await user.buy({}, noWait);
    api.setBroker('carry out');
    expect(accepted.status).toBe(202);
    const { status_url } = accepted.json as { status_url: string };
    expect(accepted.headers.get('location')).toBe(status_url);
    expect(accepted.headers.get('retry-after')).toBe('2');
    expect((await user.get(status_url)).json).toMatchObject({ status: 'accepted' });
    await api.carryOut(api.published.at(-1)!);
    expect((await user.get(status_url)).json).toMatchObject({
      status: 'requires_action',
      redirect_url: expect.stringContaining('https://pay.example/'),
    });
  });

  it('answers waiting requests as soon as it is handled, each with its own outcome', async () => {
    const users = await Promise.all([api.newUser(), api.newUser(), api.newUser()]);
    api.setBroker('keep');
    const from = api.published.length;
    const answers = users.map((user) => user.buy());
    while (api.published.length < from + users.length) await new Promise(setImmediate);
    api.setBroker('carry out');
    for (const message of api.published.slice(from)) await api.carryOut(message);
    const pages = (await Promise.all(answers)).map(({ json }) => (json as { redirect_url: string }).redirect_url);
    expect(new Set(pages).size).toBe(users.length);
  });

  it('has a status for its owner only', async () => {
    const [owner, other] = [await api.newUser(), await api.newUser()];
    const { json } = await owner.buy({}, noWait);
    const { status_url: url } = json as { status_url: string };
    expect((await owner.get(url)).status).toBe(200);
    expect((await other.get(url)).json).toEqual(problem('3001'));
    const forged = url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A');
    expect((await owner.get(forged)).status).toBe(404);
    for (const token of ['x', 'a.b.c.d', '%00', '..%2f..', 'x'.repeat(513)]) {
      expect([404, 422]).toContain((await owner.get(`/api/v1/commands/${token}`)).status);
    }
  });

  it('shows a rejected and a completed command as such', async () => {
    const user = await api.newUser();
    await user.buy();
    await api.system.payPage(user.id);
    const again = (await user.buy({}, noWait)).json as { status_url: string };
    expect((await user.get(again.status_url)).json).toMatchObject({
      status: 'rejected',
      rejection: { code: '4006', detail: 'already_subscribed' },
    });
    const canceled = (await user.post('/api/v1/subscriptions/cancel', undefined, noWait)).json as {
      status_url: string;
    };
    expect((await user.get(canceled.status_url)).json).toMatchObject({
      status: 'completed',
      subscription: { renew: false },
    });
  });
});

describe('when Kafka is unavailable', () => {
  it('answers 503, and whether the command may have been accepted', async () => {
    const user = await api.newUser();
    api.setBroker('taken_back');
    const refused = await user.buy();
    api.setBroker('unacknowledged');
    const unknown = await user.buy({}, { 'Idempotency-Key': 'again' });
    api.setBroker('carry out');
    expect(refused.status).toBe(503);
    expect(refused.json).toEqual({
      code: '5003',
      error: 'Service unavailable',
      detail: 'not_accepted',
      reason: 'unavailable',
    });
    expect(unknown.json).toMatchObject({ detail: 'acceptance_unknown', command_id: expect.any(String) });
    expect(unknown.headers.get('retry-after')).toBe('1');
    const { status_url, command_id } = unknown.json as { status_url: string; command_id: string };
    expect((await user.get(status_url)).json).toMatchObject({ id: command_id, status: 'accepted' });
    const repeat = await user.buy({}, { 'Idempotency-Key': 'again' });
    expect(repeat.json).toMatchObject({ command: { id: command_id } });
  });
});

describe('canceling over HTTP', () => {
  it('answers null, ends renewal and keeps access; mode immediate ends both', async () => {
    const user = await api.newUser();
    await user.buy();
    await api.system.payPage(user.id);
    const canceled = await user.post('/api/v1/subscriptions/cancel');
    expect(canceled.status).toBe(200);
    expect(canceled.text).toBe('null');
    expect((await user.get('/api/v1/subscriptions/profile')).json).toMatchObject({ renew: false });
    expect((await user.get(`/api/v1/entitlements/${user.id}`)).json).toMatchObject({ active: true });
    const now = await user.post('/api/v1/subscriptions/cancel', { mode: 'immediate', reason: 'enough' });
    expect(now.text).toBe('null');
    expect((await user.get('/api/v1/subscriptions/profile')).status).toBe(404);
    expect((await user.get(`/api/v1/entitlements/${user.id}`)).json).toMatchObject({
      active: false,
      valid_until: null,
    });
  });

  it('answers null also when there is nothing to cancel', async () => {
    const user = await api.newUser();
    expect((await user.post('/api/v1/subscriptions/cancel')).text).toBe('null');
    expect((await user.post('/api/v1/subscriptions/cancel', {})).text).toBe('null');
  });
});
