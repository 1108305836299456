import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as declines from '../../sandbox/declines.ts';
import { type Kind, errorsOf, samples, shapeOf } from './conformance.ts';
import * as contract from './provider-contract.ts';
import {
  asText,
  buy,
  charge,
  order,
  removeDataDirs,
  startTestSandbox,
  type Json,
  type TestSandbox,
} from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ SANDBOX_SHOPS: '100500:test_sandbox,100502:test_once:no_recurring' });
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const visa3ds = '4793128161644804';
const create = async (change: object = {}) =>
  (await sandbox.call('POST', '/v3/payments', { body: order({ ...change }) })).body;
const read = async (id: unknown) => (await sandbox.call('GET', `/v3/payments/${asText(id)}`)).body;
const paid = async (change: Readonly<Record<string, unknown>> = {}) =>
  read((await buy(sandbox, change, visa3ds))['id']);
async function refundOf(id: unknown, value: string, change: object = {}) {
  const body = { payment_id: id, amount: { value, currency: 'RUB' }, ...change };
  return (await sandbox.call('POST', '/v3/refunds', { body })).body;
}
async function moved(clock: string, now: string) {
  await sandbox.control('POST', 'clock', { clock, now });
  return { metadata: { test_clock_id: clock } };
}
async function scripted(id: unknown, next: string) {
  await sandbox.control('POST', `payment-methods/${asText(id)}`, { next });
  return (await charge(sandbox, id, { description: 'Month 2' })).body;
}
async function byWallet() {
  const { id } = await create({ payment_method_data: { type: 'yoo_money' }, description: undefined });
  await fetch(`${sandbox.url}/checkout/${asText(id)}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ method: 'yoo_money' }),
  });
  return read(id);
}
async function heldUntil(now: string) {
  const onClock = await moved(`hold-${now}`, '2027-01-01T00:00:00.000Z');
  const { id } = await paid({ ...onClock, capture: false, save_payment_method: false, description: undefined });
  await moved(`hold-${now}`, now);
  return read(id);
}
async function bind(change: object = {}) {
  const body = { type: 'bank_card', confirmation: { type: 'redirect', return_url: 'http://shop.test/' }, ...change };
  return (await sandbox.call('POST', '/v3/payment_methods', { body })).body;
}
const bindBySbp = () => bind({ type: 'sbp', confirmation: { type: 'qr', return_url: 'http://shop.test/' } });
async function boundAccount() {
  const { id } = await bindBySbp();
  await sandbox.control('POST', `payment-methods/${asText(id)}/bind`, { result: 'active' });
  return id;
}
const readBinding = async (id: unknown) => (await sandbox.call('GET', `/v3/payment_methods/${asText(id)}`)).body;

type Case = readonly [kind: Kind, sample: string, make: () => Promise<Json>];
const cases: readonly Case[] = [
  ['payments', 'pending_redirect', () => create()],
  ['payments', 'pending_redirect_type_given', () => create({ payment_method_data: { type: 'bank_card' } })],
  ['payments', 'waiting_for_capture_saved', () => paid({ capture: false })],
  ['payments', 'succeeded_card_saved', () => paid()],
  ['payments', 'succeeded_yoo_money_saved', byWallet],
  [
    'payments',
    'succeeded_partially_refunded',
    async () => {
      const { id } = await paid();
      await refundOf(id, '100.00');
      return read(id);
    },
  ],
  [
    'payments',
    'succeeded_fully_refunded',
    async () => {
      const { id } = await paid();
      await refundOf(id, '299.00');
      return read(id);
    },
  ],
  [
    'payments',
    'canceled_by_merchant_method_stays_saved',
    async () => {
      const { id } = await paid({ capture: false });
      return (await sandbox.call('POST', `/v3/payments/${asText(id)}/cancel`, { body: {} })).body;
    },
  ],
  [
    'payments',
    'canceled_expired_on_confirmation',
    async () => {
      const { id } = await create(await moved('page', '2027-01-01T00:00:00.000Z'));
      await moved('page', '2027-01-01T01:00:00.000Z');
      return read(id);
    },
  ],
  ['payments', 'canceled_expired_on_capture', () => heldUntil('2027-01-08T00:00:00.000Z')],
  ['payments', 'autopayment_succeeded', async () => scripted((await paid())['id'], 'succeeded')],
  [
    'payments',
    'autopayment_canceled_insufficient_funds',
    async () => scripted((await paid())['id'], 'insufficient_funds'),
  ],
  [
    'payments',
    'autopayment_canceled_permission_revoked',
    async () => scripted((await byWallet())['id'], 'permission_revoked'),
  ],
  ['payments', 'sbp_autopayment_succeeded', async () => scripted(await boundAccount(), 'succeeded')],
  ['payments', 'sbp_autopayment_pending', async () => scripted(await boundAccount(), 'pending')],
  ['payments', 'sbp_autopayment_canceled', async () => scripted(await boundAccount(), 'permission_revoked')],
  [
    'refunds',
    'succeeded',
    async () => refundOf((await paid())['id'], '1.00', { description: 'd', metadata: { a: 'b' } }),
  ],
  [
    'refunds',
    'pending',
    async () => {
      await sandbox.control('POST', 'refunds', { next: 'pending' });
      return refundOf((await paid())['id'], '1.00');
    },
  ],
  [
    'refunds',
    'canceled_insufficient_funds',
    async () => {
      await sandbox.control('POST', 'refunds', { next: 'insufficient_funds' });
      return refundOf((await paid())['id'], '1.00');
    },
  ],
  ['refunds', 'sbp_succeeded', async () => refundOf((await scripted(await boundAccount(), 'succeeded'))['id'], '1.00')],
  [
    'refunds',
    'sbp_pending',
    async () => {
      await sandbox.control('POST', 'refunds', { next: 'pending' });
      return refundOf((await scripted(await boundAccount(), 'succeeded'))['id'], '1.00');
    },
  ],
  ['refunds', 'yoo_money_succeeded', async () => refundOf((await byWallet())['id'], '1.00')],
  ['payment_methods', 'card_pending', () => bind({ metadata: { user_id: '42' } })],
  [
    'payment_methods',
    'card_active',
    async () => {
      const { id } = await bind({ metadata: { user_id: '42' } });
      await sandbox.control('POST', `payments/${asText(id)}/pay`, { card: '2200000000000004' });
      return readBinding(id);
    },
  ],
  [
    'payment_methods',
    'card_inactive',
    async () => {
      const { id } = await bind(await moved('bind', '2027-01-01T00:00:00.000Z'));
      await moved('bind', '2027-01-01T01:00:00.000Z');
      return readBinding(id);
    },
  ],
  ['payment_methods', 'sbp_pending_qr', bindBySbp],
  ['payment_methods', 'sbp_active', async () => readBinding(await boundAccount())],
  ['shop', 'me_test', async () => (await sandbox.call('GET', '/v3/me')).body],
  ['errors', 'bad_credentials', async () => (await sandbox.call('GET', '/v3/me', { shop: '1:2' })).body],
  [
    'errors',
    'idempotence_key_conflict',
    async () => {
      await sandbox.call('POST', '/v3/payments', { key: 'conflict', body: order() });
      return (await sandbox.call('POST', '/v3/payments', { key: 'conflict', body: order({ capture: false }) })).body;
    },
  ],
  ['errors', 'payment_not_found', () => read('nope')],
  [
    'errors',
    'recurring_not_enabled',
    async () => (await sandbox.call('POST', '/v3/payments', { shop: '100502:test_once', body: order() })).body,
  ],
  [
    'errors',
    'too_many_requests',
    async () => {
      await sandbox.control('POST', 'faults', { on: 'GET /v3/me', kind: 'too_many_requests' });
      return (await sandbox.call('GET', '/v3/me')).body;
    },
  ],
  [
    'errors',
    'internal_error',
    async () => {
      await sandbox.control('POST', 'faults', { on: 'GET /v3/me', kind: 'error_500_done' });
      return (await sandbox.call('GET', '/v3/me')).body;
    },
  ],
];

describe("the provider's contract", () => {
  test.each(cases)('%s: %s has the shape of the sample and keeps the rules of its kind', async (kind, name, make) => {
    const answer = await make();
    expect(errorsOf(kind, answer)).toEqual([]);
    expect(shapeOf(answer)).toEqual(shapeOf(samples[kind]?.[name]));
  });

  test('the reasons to decline are those of the provider', () => {
    expect([...declines.paymentReasons].sort()).toEqual([...contract.paymentReasons].sort());
    expect([...declines.refundReasons].sort()).toEqual([...contract.refundReasons].sort());
  });

  test.each(contract.paymentReasons)('a charge that is declined by %s keeps the rules', async (reason) => {
    expect(errorsOf('payments', await scripted((await paid())['id'], reason))).toEqual([]);
  });

  test.each(contract.refundReasons)('a refund that is declined by %s keeps the rules', async (reason) => {
    await sandbox.control('POST', 'refunds', { next: reason });
    expect(errorsOf('refunds', await refundOf((await paid())['id'], '1.00'))).toEqual([]);
  });

  test('a card that a payment saved is read like a bound one; a wallet cannot be', async () => {
    const card = await readBinding((await paid())['id']);
    expect(errorsOf('payment_methods', card)).toEqual([]);
    expect(await readBinding((await byWallet())['id'])).toMatchObject({ code: 'not_found' });
  });

  test('a pending charge by SBP that is paid in the end has all that one paid at once has', async () => {
    const { id } = await scripted(await boundAccount(), 'pending');
    await sandbox.control('POST', `payments/${asText(id)}/pay`, { card: visa3ds });
    const answer = await read(id);
    expect(errorsOf('payments', answer)).toEqual([]);
    expect(shapeOf(answer)).toEqual(shapeOf(samples['payments']?.['sbp_autopayment_succeeded']));
  });

  test.each(['payments', 'refunds'] as const)('lists of %s keep the rules of all they show', async (kind) => {
    const { body } = await sandbox.call('GET', `/v3/${kind}?limit=100`);
    expect(errorsOf(`${kind}_list`, body)).toEqual([]);
    expect(body['items']?.length).toBeGreaterThan(3);
  });
});
