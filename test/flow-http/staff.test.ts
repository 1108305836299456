import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inlinedOpenApi, operationsOf, readOpenApi } from '../../src/adapters/http/contract/openapi.ts';
import { hourMs, minuteMs } from '../../src/domain/model/instant.ts';
import { type Api, startApi } from './support/api.ts';
import { codeOf } from './support/asking.ts';

let api: Api;
let staff: Awaited<ReturnType<Api['newUser']>>;
beforeAll(async () => {
  api = await startApi();
  staff = await api.newUser({ isSuperuser: true });
});
afterAll(() => api.close());

let keys = 0;
const keyed = (): { readonly 'Idempotency-Key': string } => ({ 'Idempotency-Key': `act-${(keys += 1)}` });
const releaseOf = (userId: string) => `/admin/api/subscribers/${userId}/release`;
const resolveOf = (paymentId: string) => `/admin/api/payments/${paymentId}/resolve`;

/** A purchase whose request to the provider has got no answer for an hour. */
async function unknownPurchase() {
  const user = await api.newUser();
  const system = api.system;
  system.provider.script(...Array.from({ length: 20 }, () => 'not_done' as const));
  system.provider.failReads(50);
  await user.buy({}, { Prefer: 'wait=0' });
  await system.pass(hourMs);
  system.clock.advance(minuteMs);
  system.provider.failReads(0);
  const { payment } = await system.state(user.id);
  return { user, paymentId: payment?.id ?? '' };
}

it('staff see all that is stored of a subscriber, and no secret', async () => {
  const user = await api.newUser();
  await user.buy();
  const state = await api.system.state(user.id);
  const seen = await staff.get(`/admin/api/subscribers/${user.id.toUpperCase()}`);
  expect(seen.json).toMatchObject({
    ...{ user_id: user.id, outbox_length: 0, is_blocked: false, next_due: { real: { timer: expect.any(String) } } },
    state: { subscription: { status: 'incomplete' }, payment: { id: state.payment?.id, state: 'requires_action' } },
  });
  expect(Object.keys((seen.json as { state: object }).state).toSorted()).toEqual(Object.keys(state).toSorted());
  for (const secret of [
    state.payment?.send.request,
    state.payment?.confirmationUrl,
    state.payment?.send.idempotenceKey,
  ])
    expect(seen.text).not.toContain(secret);
  expect(codeOf(await staff.get(`/admin/api/subscribers/${crypto.randomUUID()}`))).toBe('3001');
});

describe('staff end an unknown payment by what the cabinet shows', () => {
  it('by the id of the payment alone, once for each key, and the audit has it', async () => {
    const { user, paymentId } = await unknownPurchase();
    const body = { check_result: 'succeeded', provider_object_id: 'seen', reason: 'paid in the cabinet' };
    const key = keyed();
    const first = await staff.post(resolveOf(paymentId), body, key);
    expect([first.status, first.json]).toMatchObject([200, { user_id: user.id, renew: false }]);
    api.system.clock.advance(1);
    const again = await staff.post(resolveOf(paymentId), body, key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(codeOf(await staff.post(resolveOf(paymentId), { ...body, reason: 'other' }, key))).toBe('4005');
    expect(codeOf(await staff.post(resolveOf(paymentId), body, keyed()))).toBe('4051');
    const audit = (await staff.get(`/admin/api/audit?about=${paymentId}`)).json as readonly { request_id: string }[];
    const ours = { actor: staff.id, action: 'payment.resolve', user_id: user.id, reason: 'paid in the cabinet' };
    expect(audit).toHaveLength(2);
    expect(audit.find(({ request_id: id }) => id === first.headers.get('x-request-id'))).toMatchObject(ours);
  });

  it('and are refused without the id of a success, and for a payment that does not exist', async () => {
    const { paymentId } = await unknownPurchase();
    const body = { check_result: 'succeeded', reason: 'paid in the cabinet' };
    const missing = await staff.post(resolveOf(paymentId), body, keyed());
    expect([missing.status, codeOf(missing)]).toEqual([422, '4052']);
    const unknown = await staff.post(resolveOf('none'), body, keyed());
    expect([unknown.status, codeOf(unknown)]).toEqual([404, '3001']);
  });
});

it('staff release a subscription that is not held: refused with a code of its own', async () => {
  const refused = await staff.post(releaseOf(staff.id), { reason: 'looked into it' }, keyed());
  expect([refused.status, codeOf(refused)]).toEqual([409, '4049']);
});

it('staff read the status of what they ordered, and the user does not', async () => {
  const user = await api.newUser();
  api.setBroker('keep');
  const order = await staff.post(releaseOf(user.id), { reason: 'x' }, { ...keyed(), Prefer: 'wait=0' });
  api.setBroker('carry out');
  expect(order.status).toBe(202);
  const { status_url: url } = order.json as { status_url: string };
  expect((await staff.get(url)).json).toMatchObject({ status: 'accepted' });
  expect((await user.get(url)).status).toBe(404);
});

it('staff find what waits for them, page by page', async () => {
  const [one, two] = [await unknownPurchase(), await unknownPurchase()];
  type Page = { readonly items: readonly { readonly id: string }[]; readonly next: string | null };
  const found: string[] = [];
  let after = '';
  do {
    const page = (await staff.get(`/admin/api/subscribers?state=unknown&limit=1${after}`)).json as Page;
    found.push(...page.items.map(({ id }) => id));
    after = page.next === null ? '' : `&after=${encodeURIComponent(page.next)}`;
  } while (after !== '');
  expect(found).toEqual(expect.arrayContaining([one.paymentId, two.paymentId]));
  expect(new Set(found).size).toBe(found.length);
  expect((await staff.get('/admin/api/subscribers?state=held')).json).toEqual({ items: [], next: null });
  expect((await staff.get('/admin/api/subscribers?state=lost')).status).toBe(422);
  expect((await staff.get('/admin/api/subscribers?state=held&after=x')).status).toBe(422);
});

describe('nothing is changed without a key and a reason', () => {
  const changing = [...operationsOf(inlinedOpenApi(readOpenApi())).values()].filter(
    ({ method, path }) => method !== 'get' && path.startsWith('/admin/api/'),
  );

  it.each(changing.map((place) => [place.path, place] as const))('%s', async (path, { method, operation }) => {
    const example = (operation.requestBody?.content['application/json'] as { example?: object } | undefined)?.example;
    const address = path.replaceAll(/\{\w+\}/g, staff.id);
    const before = api.published.length;
    const change = (body?: object, headers = {}) =>
      api.ask(method.toUpperCase(), address, { token: staff.token, body, headers });
    expect(example).toHaveProperty('reason');
    expect(codeOf(await change(example))).toBe('4000');
    for (const reason of [undefined, null, '', ' \n', 'x'.repeat(501)]) {
      const refused = await change({ ...example, reason }, keyed());
      const code = reason === 'x'.repeat(501) ? '4000' : '4047';
      expect([reason, refused.status, codeOf(refused)]).toEqual([reason, 422, code]);
    }
    expect(codeOf(await change({ ...example, reason: null, also: 1 }, keyed()))).toBe('4000');
    expect(codeOf(await change(undefined, keyed()))).toBe('4000');
    expect(api.published.length).toBe(before);
  });

  it('and there is something to change', () => {
    expect(changing.length).toBeGreaterThanOrEqual(2);
  });
});
