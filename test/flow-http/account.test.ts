import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../src/domain/model/instant.ts';
import type { ReceiptRules } from '../../src/domain/model/receipt.ts';
import type { Refund } from '../../src/domain/model/payment.ts';
import { testPolicy } from '../support/policy.ts';
import { type Api, startApi, tariffIds } from './support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const accountPath = '/api/v1/account';
const previewPath = '/api/v1/preview';

type User = Awaited<ReturnType<Api['newUser']>>;
type Json = Readonly<Record<string, unknown>>;

async function accountOf(user: User): Promise<Json> {
  const answered = await user.get(accountPath);
  expect(answered.status).toBe(200);
  return answered.json as Json;
}

async function newSubscriber(): Promise<User> {
  const user = await api.newUser();
  await user.buy();
  await api.system.payPage(user.id);
  return user;
}

const allowed = (account: Json): readonly unknown[] =>
  (account['actions'] as readonly Json[]).filter((action) => action['allowed']).map((action) => action['command']);

async function preview(user: User, body: Json): Promise<Json> {
  const answered = await user.post(previewPath, body);
  expect(answered.status).toBe(200);
  return answered.json as Json;
}

describe('the account', () => {
  test('of a user who never bought is empty, and offers a purchase', async () => {
    const account = await accountOf(await api.newUser());
    expect(account).toMatchObject({ subscription: null, access: { active: false }, next_charge: null });
    expect(allowed(account)).toContain('subscription.pay');
  });

  test('shows the page that waits to be paid', async () => {
    const user = await api.newUser();
    const bought = (await user.buy()).json as Json;
    const account = await accountOf(user);
    expect(account['open_page']).toEqual({
      redirect_url: bought['redirect_url'],
      amount: { amount_minor: 29_900, currency: 'RUB' },
      payment_id: (await api.system.state(user.id)).payment?.id,
    });
  });

  test('of a subscriber says what is paid, what is charged next and what they may do', async () => {
    const user = await newSubscriber();
    const account = await accountOf(user);
    const { subscription } = (await api.system.state(user.id)) as { subscription: { term: { periodEnd: number } } };
    expect(account).toMatchObject({
      subscription: { status: 'active', renews: true, ends_at: null, held: false },
      access: { active: true },
      next_charge: {
        at: new Date(subscription.term.periodEnd).toISOString(),
        amount: { amount_minor: 29_900, currency: 'RUB' },
      },
      payment_methods: [{ usable: true, default: true }],
    });
    expect(allowed(account)).toEqual([
      ...['subscription.cancel', 'subscription.uncancel', 'payment.retry'],
      ...['payment_method.bind', 'payment_method.unlink', 'payment_method.set_default'],
      ...['receipt_contact.set', 'receipt_contact.clear'],
    ]);
  });

  test('after a cancel says when it ends, and the cancel can be taken back', async () => {
    const user = await newSubscriber();
    await user.post('/api/v1/subscriptions/cancel');
    expect(await accountOf(user)).toMatchObject({
      subscription: { renews: false, ends_at: expect.any(String) },
      next_charge: null,
      pending: { cancel: { cause: 'user_canceled' } },
    });
    const answered = await user.post('/api/v1/subscriptions/uncancel');
    expect([answered.status, answered.json]).toEqual([200, expect.objectContaining({ renew: true })]);
    expect(await accountOf(user)).toMatchObject({
      subscription: { renews: true, ends_at: null },
      pending: { cancel: null },
    });
  });
});

describe('a pending cancel', () => {
  const cancelOf = async (user: User) => ((await accountOf(user))['pending'] as Record<'cancel', Json>).cancel;

  test.each<[string, string, (user: User) => Promise<unknown>]>([
    ['a cancel', 'user_canceled', (user) => user.post('/api/v1/subscriptions/cancel')],
    [
      'an unlink',
      'method_unlinked',
      async (user) => {
        const [method] = (await accountOf(user))['payment_methods'] as readonly Record<'id', string>[];
        await api.ask('DELETE', `/api/v1/payment-methods/${method?.id ?? ''}`, { token: user.token });
      },
    ],
  ])('after %s has the cause %s, and ends with what is paid', async (_what, cause, end) => {
    const user = await newSubscriber();
    await end(user);
    const { subscription } = (await accountOf(user)) as { subscription: Json };
    expect(await cancelOf(user)).toEqual({
      at: subscription['ends_at'],
      cause,
      undone_charge_at: subscription['period_end'],
    });
  });

  test('of a subscription that was bought once has the cause not_renewing', async () => {
    const user = await api.newUser();
    await user.buy({ renew: false });
    await api.system.payPage(user.id);
    expect(await cancelOf(user)).toMatchObject({ cause: 'not_renewing' });
  });

  test('is none before a purchase, and after the end', async () => {
    const user = await api.newUser();
    expect(await cancelOf(user)).toBeNull();
    await user.buy();
    expect(await cancelOf(user)).toBeNull();
    await api.system.payPage(user.id);
    await user.post('/api/v1/subscriptions/cancel', { mode: 'immediate' });
    expect(await cancelOf(user)).toBeNull();
  });
});

describe('money on its way back', () => {
  test.each(['pending', 'general_decline'] as const)(
    'says when the bank should show it, as the history does, at the first answer %s',
    async (result) => {
      const user = await newSubscriber();
      api.system.provider.scriptRefunds(result);
      await user.post('/api/v1/subscriptions/cancel', { mode: 'immediate', refund: 'prorated' });
      const [refund] = (await accountOf(user))['refunds'] as readonly Json[];
      const [payment] = (await user.get('/api/v1/payments/profile')).json as readonly [
        { readonly refunds: readonly Json[] },
      ];
      const arrivesMs = Date.parse(String(refund?.['expected_by'])) - Date.parse(String(refund?.['requested_at']));
      expect(arrivesMs).toBeGreaterThanOrEqual(3 * dayMs);
      expect(refund).toMatchObject({ expected_by: payment.refunds[0]?.['expected_by'] });
    },
  );
});

describe('the next charge', () => {
  test('says that it waits for a contact, while there is none to which its receipt can be sent', async () => {
    const vatCodes = [{ from: 0, code: 1 }];
    const receipts: ReceiptRules = { contactKinds: ['email'], taxSystem: null, paymentMode: 'full_payment', vatCodes };
    const withReceipts = await startApi({ services: { policy: { ...testPolicy, receipts } } });
    const user = await withReceipts.newUser();
    await user.buy();
    await withReceipts.system.payPage(user.id);
    const nextCharge = async () => ((await user.get(accountPath)).json as Json)['next_charge'];
    expect(await nextCharge()).toMatchObject({ waits_for: 'receipt_contact' });
    const put = (body: Json) => withReceipts.ask('PUT', '/api/v1/receipt-contact', { token: user.token, body });
    await put({ phone: '+79000000012' });
    expect(await nextCharge()).toMatchObject({ waits_for: 'receipt_contact' });
    await put({ email: 'viewer@cinema.example' });
    expect(await nextCharge()).not.toHaveProperty('waits_for');
    await withReceipts.close();
  });
});

describe('a preview', () => {
  test('says what a command would come to, and changes nothing', async () => {
    const user = await newSubscriber();
    const before = await api.system.services.store.load(user.id);
    const { periodEnd } = (before?.subscriber.subscription as { term: { periodEnd: number } }).term;
    const end = new Date(periodEnd).toISOString();
    expect(await preview(user, { command: 'subscription.cancel' })).toMatchObject({
      ...{ allowed: true, ends_at: end, effective_at: end, notices: [] },
      next_charge: null,
      facts: ['subscription.cancel_scheduled', 'entitlement.changed'],
    });
    expect(await preview(user, { command: 'subscription.cancel', mode: 'immediate' })).toMatchObject({
      effective_at: new Date(api.system.clock.now()).toISOString(),
      facts: ['subscription.canceled', 'entitlement.changed'],
    });
    expect(await api.system.services.store.load(user.id)).toEqual(before);
  });

  test('of leaving with a refund says what comes back, and the command gives back the same', async () => {
    const user = await newSubscriber();
    api.system.clock.advance(11 * dayMs + 12_345);
    const token = await api.tokenOf(user.id);
    const body = { mode: 'immediate', refund: 'prorated' };
    const before = await api.system.services.store.load(user.id);
    const seen = await api.ask('POST', previewPath, { token, body: { command: 'subscription.cancel', ...body } });
    expect(await api.system.services.store.load(user.id)).toEqual(before);
    await api.ask('POST', '/api/v1/subscriptions/cancel', { token, body });
    const happened = api.system.facts(user.id).slice(before?.subscriber.eventSeq);
    const given = happened.flatMap((fact) => (fact.type === 'refund.requested' ? [fact['refund'] as Refund] : []));
    expect(given).toHaveLength(1);
    expect(seen.json).toMatchObject({
      facts: happened.map(({ type }) => type).filter((type) => type !== 'refund.succeeded'),
      refunds: given.map(({ paymentId, amount: { amountMinor, currency } }) => ({
        ...{ payment_id: paymentId, amount: { amount_minor: amountMinor, currency } },
      })),
    });
  });

  test('of a purchase says what its page would take', async () => {
    const user = await api.newUser();
    const body = { command: 'subscription.pay', pay_system: 'yookassa', tariff_id: tariffIds.day, renew: true };
    const price = { amount_minor: 2_900, currency: 'RUB' };
    expect(await preview(user, body)).toMatchObject({
      allowed: true,
      charge: { amount: price, by: 'page', lines: [{ text: expect.stringContaining('на 1 день'), amount: price }] },
      effective_at: null,
    });
    expect(await api.system.services.store.load(user.id)).toBeNull();
  });

  test('of an uncancel shortly before the end names the notice that is given with it', async () => {
    const user = await newSubscriber();
    await user.post('/api/v1/subscriptions/cancel');
    const { subscription } = (await api.system.state(user.id)) as { subscription: { term: { periodEnd: number } } };
    const { periodEnd } = subscription.term;
    api.system.clock.set(periodEnd - hourMs);
    const token = await api.tokenOf(user.id);
    const answered = await api.ask('POST', previewPath, { token, body: { command: 'subscription.uncancel' } });
    // The charge waits for a day after its notice.
    const at = new Date(periodEnd - hourMs + dayMs).toISOString();
    expect(answered.json).toMatchObject({
      facts: expect.arrayContaining(['notice.renewal_upcoming']),
      notices: [{ kind: 'renewal_upcoming', at, amount: { amount_minor: 29_900, currency: 'RUB' } }],
      next_charge: { at },
    });
  });

  test('of a refusal has its code and the way out, and the command itself answers the same', async () => {
    const user = await newSubscriber();
    await user.post('/api/v1/subscriptions/cancel', { mode: 'immediate' });
    const refused = { code: '4018', hint: 'subscription.pay' };
    const command = { command: 'subscription.uncancel' };
    expect(await preview(user, command)).toMatchObject({ allowed: false, error: 'Too late', ...refused });
    const inRussian = await user.post(previewPath, command, { 'Accept-Language': 'ru' });
    expect(inRussian.json).toMatchObject({ error: 'Слишком поздно', ...refused });
    const answered = await user.post('/api/v1/subscriptions/uncancel');
    expect([answered.status, answered.json]).toEqual([
      409,
      { code: '4018', error: 'Too late', detail: 'too_late', reason: 'too_late', hint: 'subscription.pay' },
    ]);
  });

  test('runs on the time of the subscriber', async () => {
    const user = await newSubscriber();
    await user.post('/api/v1/subscriptions/cancel');
    expect(await preview(user, { command: 'subscription.uncancel' })).toMatchObject({ allowed: true });
    expect((await accountOf(user))['now']).toBe(new Date(api.system.clock.now()).toISOString());
    api.system.clock.advance(40 * dayMs);
    const token = await api.tokenOf(user.id);
    const answered = await api.ask('POST', previewPath, { token, body: { command: 'subscription.uncancel' } });
    expect(answered.json).toMatchObject({ allowed: false, reason: 'too_late' });
  });

  test.each([
    ['payment_method.bind', { type: 'bank_card' }],
    ['subscription.pay', { pay_system: 'yookassa', tariff_id: tariffIds.day, renew: true }],
  ])('of %s refuses a return address of an unlisted origin, as the command does', async (command, fields) => {
    const user = await newSubscriber();
    const answered = await user.post(previewPath, { command, ...fields, return_url: 'https://evil.example/' });
    expect([answered.status, (answered.json as Json)['code']]).toEqual([422, '4000']);
    expect(await preview(user, { command, ...fields, return_url: 'https://cinema.example/back' })).toBeDefined();
  });

  test.each([
    ['an unknown command', { command: 'subscription.steal' }],
    ['a field of another command', { command: 'subscription.uncancel', mode: 'immediate' }],
    ['a wrong value', { command: 'subscription.cancel', mode: 'sometimes' }],
    ['a missing field', { command: 'subscription.pay', pay_system: 'yookassa', renew: true }],
    ['a missing part of the path', { command: 'subscription.pay', tariff_id: tariffIds.day, renew: true }],
  ])('of %s is refused', async (_what, body) => {
    const user = await api.newUser();
    const answered = await user.post(previewPath, body);
    expect([answered.status, (answered.json as Json)['code']]).toEqual([422, '4000']);
  });
});
