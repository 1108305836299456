import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Api, startApi } from './support/api.ts';
import { codeOf } from './support/asking.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const path = '/api/v1/payment-methods';
type Json = Readonly<Record<string, unknown>>;
const statusOf = (json: unknown): string => (json as { command: { status_url: string } }).command.status_url;

describe('binding a payment method', () => {
  test('answers with the page: in a body, or as a redirect', async () => {
    const user = await api.newUser();
    const asked = await user.post(path, { type: 'bank_card' });
    const { redirect_url } = asked.json as Json;
    expect([asked.status, redirect_url]).toEqual([200, expect.stringMatching(/^https:/)]);
    const shown = await user.post(path, { type: 'bank_card' }, { Accept: 'text/html' });
    expect([shown.status, shown.headers.get('location')]).toEqual([302, redirect_url]);
  });

  test('is seen in the account, and ends as its status says', async () => {
    const user = await api.newUser();
    const asked = await user.post(path, { type: 'sbp' });
    expect((await user.get('/api/v1/account')).json).toMatchObject({
      open_binding: { type: 'sbp', redirect_url: (asked.json as Json)['redirect_url'] },
      payment_methods: [],
    });
    await api.system.endBinding(user.id, 'active');
    expect((await user.get(statusOf(asked.json))).json).toMatchObject({ status: 'completed', rejection: null });
    expect((await user.get('/api/v1/account')).json).toMatchObject({
      open_binding: null,
      payment_methods: [{ title: 'SBP', usable: true, default: false }],
    });
  });

  test('ends in the list of methods, which is that of the account; an unlink takes it out', async () => {
    const user = await api.newUser();
    expect((await user.get(path)).json).toEqual([]);
    await user.post(path, { type: 'sbp' });
    await api.system.endBinding(user.id, 'active');
    const { json } = await user.get(path);
    expect(json).toMatchObject([{ id: expect.any(String), title: 'SBP', usable: true, default: false }]);
    expect((await user.get('/api/v1/account')).json).toMatchObject({ payment_methods: json });
    await user.buy();
    await api.system.payPage(user.id);
    const listed = (await user.get(path)).json as readonly Json[];
    expect(listed.map((method) => method['default'])).toEqual([false, true]);
    await api.ask('DELETE', `${path}/${String(listed[1]?.['id'])}`, { token: user.token });
    expect((await user.get(path)).json).toEqual([listed[0]]);
  });

  test('by SBP answers with what the QR code is drawn of, in each place where its page would be', async () => {
    const user = await api.newUser();
    const order = { type: 'sbp', confirmation: 'qr' };
    const seen = await user.post('/api/v1/preview', { command: 'payment_method.bind', ...order });
    expect(seen.json).toMatchObject({ allowed: true, binds: 'sbp' });
    const asked = await user.post(path, order);
    const { qr_data, redirect_url } = asked.json as Json;
    expect([asked.status, qr_data]).toEqual([200, expect.stringMatching(/^https:/)]);
    expect([redirect_url, api.system.provider.sends().at(-1)?.order]).toMatchObject([qr_data, { confirmation: 'qr' }]);
    expect(asked.json).toMatchObject({ command: { status: 'requires_action', redirect_url, qr_data } });
    expect((await user.post(path, order)).json).toMatchObject({ qr_data });
    expect((await user.get(statusOf(asked.json))).json).toMatchObject({ status: 'requires_action', qr_data });
    expect((await user.get('/api/v1/account')).json).toMatchObject({ open_binding: { type: 'sbp', qr_data } });
    await api.system.endBinding(user.id, 'active');
    expect((await user.get(statusOf(asked.json))).json).not.toHaveProperty('qr_data');
  });

  test('on a page has nothing to draw, and a card has no code', async () => {
    const user = await api.newUser();
    const page = await user.post(path, { type: 'sbp', confirmation: 'page' });
    expect([page.status, JSON.stringify(page.json)]).toEqual([200, expect.not.stringContaining('qr_data')]);
    const order = { type: 'bank_card', confirmation: 'qr' };
    const seen = await user.post('/api/v1/preview', { command: 'payment_method.bind', ...order });
    expect(seen.json).toMatchObject({ allowed: false, code: '4021' });
    expect(codeOf(await user.post(path, order))).toBe('4021');
    expect(codeOf(await user.post(path, { type: 'sbp', confirmation: 'pigeon' }))).toBe('4000');
  });

  test('of another kind is refused, with the way out', async () => {
    const user = await api.newUser();
    const refused = await user.post(path, { type: 'yoo_money' });
    expect([refused.status, codeOf(refused)]).toEqual([409, '4021']);
    expect(refused.json).toMatchObject({ detail: 'binding_unsupported', hint: 'subscription.pay' });
  });

  test('returns only to a listed origin', async () => {
    const user = await api.newUser();
    const ask = (return_url: string) => user.post(path, { type: 'bank_card', return_url });
    expect(codeOf(await ask('https://evil.example/'))).toBe('4000');
    expect((await ask('https://cinema.example/account')).status).toBe(200);
    const order = api.system.provider.sends().at(-1)?.order;
    expect(order).toMatchObject({ kind: 'bind', returnUrl: 'https://cinema.example/account' });
  });
});

test('taking a stop back without a card leads to a page, as its preview has said', async () => {
  const user = await api.newUser();
  await user.buy({ renew: false });
  await api.system.payPage(user.id);
  const seen = await user.post('/api/v1/preview', { command: 'subscription.uncancel' });
  expect(seen.json).toMatchObject({ allowed: true, binds: 'bank_card', charge: null, facts: [] });
  const uncancel = (return_url: string) => user.post('/api/v1/subscriptions/uncancel', { return_url });
  expect(codeOf(await uncancel('https://evil.example/'))).toBe('4000');
  const asked = await uncancel('https://cinema.example/account');
  const order = api.system.provider.sends().at(-1)?.order;
  expect(order).toMatchObject({ kind: 'bind', returnUrl: 'https://cinema.example/account' });
  expect(asked.json).toMatchObject({ redirect_url: expect.any(String), command: { status: 'requires_action' } });
  await api.system.endBinding(user.id, 'active');
  expect((await user.get(statusOf(asked.json))).json).toMatchObject({
    status: 'completed',
    subscription: { renew: true },
  });
});
