import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayMs, minuteMs } from '../../src/domain/model/instant.ts';
import { type Api, startApi } from './support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

type Json = Readonly<Record<string, unknown>>;
type User = Awaited<ReturnType<Api['newUser']>>;

async function evidenceOf(paymentId: string) {
  // With a token of its own: time passes in these tests, and a token lasts a day.
  const token = await api.tokenOf('5c9ed0c4-6e0b-4b7e-a1c3-0f7d6f0c2b11', { isSuperuser: true });
  return api.ask('GET', `/admin/api/payments/${paymentId}/evidence`, { token });
}
const paymentsOf = async ({ id }: User): Promise<readonly string[]> =>
  (await api.system.state(id)).captures.map(({ paymentId }) => paymentId);

async function newSubscriber(body: Json = {}): Promise<User> {
  const user = await api.newUser();
  await user.buy(body);
  await api.system.payPage(user.id);
  return user;
}

async function chargeBack(paymentId: string, more: Json = {}): Promise<void> {
  const staff = await api.newUser({ isSuperuser: true });
  const body = { date: '2026-11-20', amount_minor: 29_900, reason: 'Letter of the bank, case 17', ...more };
  const headers = { 'Idempotency-Key': `case 17 ${JSON.stringify(more)}` };
  const answered = await staff.post(`/admin/api/payments/${paymentId}/chargebacks`, body, headers);
  expect(answered.status).toBe(200);
}

describe('the evidence for a bank', () => {
  test('of a page says what was bought and paid with, when access was given, and what the subscriber asked for', async () => {
    const user = await newSubscriber({ renew: false });
    const [paymentId = ''] = await paymentsOf(user);
    const { term, ...subscription } = (await api.system.state(user.id)).subscription as unknown as Json & {
      term: Json;
    };
    const instant = (at: unknown) => new Date(Number(at)).toISOString();
    const { status, json } = await evidenceOf(paymentId);
    expect(status).toBe(200);
    expect(json).toEqual({
      read_at: expect.any(String),
      payment: {
        ...{ id: paymentId, provider_id: expect.any(String), kind: 'checkout', status: 'succeeded', attempt_no: 1 },
        ...{ amount: { amount_minor: 29_900, currency: 'RUB' }, purpose: expect.stringContaining('month') },
        ...{ pay_system: 'yookassa', created_at: expect.any(String), captured_at: expect.any(String) },
        // The method was not saved, and is known all the same.
        method: { title: expect.stringContaining('4444'), last4: '4444', brand: 'MasterCard' },
      },
      subscription: {
        ...{ id: subscription['id'], status: 'active', created_at: instant(subscription['createdAt']) },
        tariff: expect.objectContaining({ alias: 'month' }),
      },
      access: {
        ...{ from: instant(term['periodStart']), until: instant(term['periodEnd']) },
        published_at: instant(term['periodStart']),
      },
      ...{ refunds: [], chargebacks: [], audit: [], left_out: [] },
      commands: [{ id: expect.any(String), type: 'subscription.pay', accepted_at: expect.any(String) }],
    });
  });

  test('of a renewal has its consent with the command that gave it, and its notice', async () => {
    const thenAmount = { amount_minor: 29_900, currency: 'RUB' };
    const terms = {
      ...{ version: '2026-11', locale: 'ru' },
      shown: {
        ...{ first_amount: thenAmount, first_charge_at: new Date(api.clock.now()).toISOString() },
        ...{ then_amount: thenAmount, period: { count: 1, unit: 'month' }, cancel_how: 'В личном кабинете' },
      },
    };
    const user = await newSubscriber({ terms });
    await api.system.pass(32 * dayMs, dayMs / 4);
    const [, renewal = ''] = await paymentsOf(user);
    const { json } = await evidenceOf(renewal);
    const { consent, notice, payment, access, commands } = json as Record<string, Json> & { commands: Json[] };
    expect(consent).toMatchObject({ version: '2026-11', locale: 'ru', shown: terms.shown });
    expect(consent?.['command']).toEqual({ ...commands[0], id: consent?.['id'] });
    expect(notice).toEqual({ id: expect.any(String), kind: 'renewal_upcoming', at: expect.any(String) });
    expect(Date.parse(String(notice?.['at']))).toBeLessThan(Date.parse(String(payment?.['created_at'])) - 2 * dayMs);
    expect(payment).toMatchObject({ kind: 'charge', method: { last4: '4444' } });
    const noticeId = String(notice?.['id']);
    const deliveredAt = new Date(api.clock.now()).toISOString();
    const token = await api.tokenOf('5c9ed0c4-6e0b-4b7e-a1c3-0f7d6f0c2b12', { roles: ['service'] });
    const body = { user_id: user.id, delivered_at: deliveredAt, channel: 'push' };
    const reported = await api.ask('POST', `/api/v1/notices/${noticeId}/delivered`, { token, body });
    expect([reported.status, reported.json]).toEqual([202, { taken: true }]);
    const delivered = { ...notice, delivered_at: deliveredAt, channel: 'push' };
    expect((await evidenceOf(renewal)).json).toMatchObject({ notice: delivered });
    const ownToken = await api.tokenOf(user.id);
    const { data } = (await api.ask('GET', '/api/v1/payments', { token: ownToken })).json as { data: Json[] };
    expect(data.map(({ why }) => (why as Json)['notice'])).toEqual([delivered, null]);
    expect(access?.['published_at']).toBe(payment?.['captured_at']);
  });

  test('has what became of it since: cancels, refunds, chargebacks and what staff did about them', async () => {
    const user = await newSubscriber();
    const [paymentId = ''] = await paymentsOf(user);
    await api.system.pass(minuteMs);
    expect(
      (await user.post('/api/v1/subscriptions/cancel', { reason: 'not_using', comment: 'secret words' })).status,
    ).toBe(200);
    await api.system.pass(minuteMs);
    expect((await user.post('/api/v1/subscriptions/uncancel', {})).status).toBe(200);
    const staff = await api.newUser({ isSuperuser: true });
    const refund = { amount_minor: 10_000, revoke_access: false, cause: 'complaint', reason: 'Could not watch' };
    const headers = { 'Idempotency-Key': 'a part' };
    expect((await staff.post(`/admin/api/payments/${paymentId}/refunds`, refund, headers)).status).toBe(200);
    await api.system.pass(minuteMs);
    await chargeBack(paymentId);
    const found = await evidenceOf(paymentId);
    expect(found.json).toMatchObject({
      subscription: { status: 'canceled', end_cause: 'charged_back', ended_at: expect.any(String) },
      refunds: [{ amount: { amount_minor: 10_000 }, status: 'succeeded', reason: 'staff' }],
      chargebacks: [{ amount: { amount_minor: 29_900 }, date: '2026-11-20', won: false }],
      commands: [{ type: 'subscription.uncancel' }, { type: 'subscription.cancel' }, { type: 'subscription.pay' }],
      audit: [
        { action: 'payment.record_chargeback', reason: 'Letter of the bank, case 17' },
        { action: 'payment.refund', reason: 'Could not watch' },
      ],
    });
    const text = JSON.stringify(found.json);
    for (const hidden of [staff.id, user.id, 'secret words', 'https://']) expect(text).not.toContain(hidden);
    await chargeBack(paymentId, { won: true });
    expect((await evidenceOf(paymentId)).json).toMatchObject({ chargebacks: [{ won: true }] });
  });

  test('of a declined charge has no access, and of no payment there is none', async () => {
    const user = await newSubscriber();
    const method = (await api.system.state(user.id)).methods[0]?.id ?? '';
    api.system.provider.setMethod(method, { next: 'insufficient_funds' });
    await api.system.pass(32 * dayMs, dayMs / 4);
    const rows = api.system.readModelRows().filter((row) => row.model === 'payments');
    const declined = rows.find((row) => row.userId === user.id && row.row.state === 'failed')?.id ?? '';
    const { json } = await evidenceOf(declined);
    expect(json).toMatchObject({ payment: { status: 'failed', failure_reason: 'insufficient_funds' } });
    expect(json).not.toHaveProperty('access');
    expect(json).not.toHaveProperty('payment.captured_at');
    const unknown = await evidenceOf('none');
    expect([unknown.status, (unknown.json as Json)['code']]).toEqual([404, '3001']);
  });
});
