import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  asText,
  buy,
  charge,
  order,
  removeDataDirs,
  returnUrl,
  startTestSandbox,
  type TestSandbox,
} from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ SANDBOX_SHOPS: '100500:test_sandbox,100501:test_other' });
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const read = async (id: unknown) => (await sandbox.call('GET', `/v3/payments/${asText(id)}`)).body;

describe('a payment by page', () => {
  test('is created pending with a page to send the user to, answered 200 as JSON', async () => {
    const { status, type, body } = await sandbox.call('POST', '/v3/payments', { body: order() });
    expect({ status, type }).toEqual({ status: 200, type: 'application/json;charset=UTF-8' });
    expect(body).toMatchObject({
      status: 'pending',
      amount: { value: '299.00', currency: 'RUB' },
      description: 'Subscription, month 1',
      recipient: { account_id: '100500', gateway_id: '100700' },
      metadata: { user_id: '42' },
      confirmation: { type: 'redirect', return_url: returnUrl },
      test: true,
      paid: false,
      refundable: false,
    });
    expect(body).not.toHaveProperty('payment_method');
    expect(body['confirmation']?.['confirmation_url']).toBe(`${sandbox.url}/checkout/${asText(body['id'])}`);
    expect(body['id']).toMatch(/^[0-9a-f]{8}-000f-5000-[89ab]000-[0-9a-f]{12}$/);
  });

  test('is read again exactly as it was created', async () => {
    const { body } = await sandbox.call('POST', '/v3/payments', { body: order() });
    expect(await read(body['id'])).toEqual(body);
  });

  test('succeeds with a good card, and saves the method that was to be saved', async () => {
    const { id } = await buy(sandbox);
    const payment = await read(id);
    expect(payment).toMatchObject({
      status: 'succeeded',
      paid: true,
      refundable: true,
      income_amount: { value: '286.23', currency: 'RUB' },
      refunded_amount: { value: '0.00', currency: 'RUB' },
      authorization_details: { three_d_secure: { applied: false } },
      payment_method: { type: 'bank_card', id, saved: true, status: 'active', title: 'Bank card *4444' },
    });
    expect(payment['payment_method']?.['card']).toMatchObject({
      first6: '555555',
      last4: '4444',
      card_type: 'MasterCard',
    });
    expect(payment).not.toHaveProperty('confirmation');
    expect(payment).not.toHaveProperty('decline');
  });

  test('does not save a method that was not to be saved', async () => {
    const payment = await buy(sandbox, { save_payment_method: false });
    expect(payment['payment_method']).toMatchObject({ saved: false, status: 'inactive' });
    expect((await charge(sandbox, payment['id'])).body['parameter']).toBe('payment_method_id');
  });

  test('shows the chosen kind of method at once when the shop names it', async () => {
    const { body } = await sandbox.call('POST', '/v3/payments', {
      body: order({ payment_method_data: { type: 'bank_card' }, save_payment_method: false }),
    });
    expect(body['payment_method']).toEqual({ type: 'bank_card', id: body['id'], saved: false, status: 'inactive' });
  });

  test('takes booleans written as text, and amounts written as numbers', async () => {
    const payment = await buy(sandbox, {
      capture: 'true',
      save_payment_method: 'false',
      amount: { value: 100, currency: 'RUB' },
    });
    expect(payment).toMatchObject({
      status: 'succeeded',
      amount: { value: '100.00' },
      income_amount: { value: '95.73' },
    });
    expect(payment['payment_method']?.['saved']).toBe(false);
  });
});

describe('test cards', () => {
  test.each([
    ['5555555555554592', 'payment_network', '3d_secure_failed'],
    ['4926946416239025', 'payment_network', 'call_issuer'],
    ['2200000000000038', 'payment_network', 'card_expired'],
    ['5555555555554584', 'yoo_money', 'country_forbidden'],
    ['4119098878796485', 'yoo_money', 'fraud_suspected'],
    ['4483274282299972', 'payment_network', 'fraud_suspected'],
    ['5555555555554600', 'payment_network', 'insufficient_funds'],
    ['1234567812345678', 'payment_network', 'invalid_card_number'],
  ])('%s is declined by %s for %s, and leaves the payment pending for another card', async (card, party, reason) => {
    const declined = await buy(sandbox, {}, card);
    expect(declined).toMatchObject({ status: 'pending', paid: false, decline: { party, reason } });
    const paid = await sandbox.control('POST', `payments/${asText(declined['id'])}/pay`, { card: '2202474301322987' });
    expect(paid.body).toMatchObject({ status: 'succeeded', decline: null });
    expect(paid.body['payment_method']?.['card']?.['card_type']).toBe('Mir');
  });

  test('a 3-D Secure card shows that the step was passed', async () => {
    const payment = await buy(sandbox, {}, '4793128161644804');
    expect(payment['authorization_details']?.['three_d_secure']).toEqual({ applied: true });
  });
});

describe('a shop whose page closes on the first decline', () => {
  test('gets the payment canceled with the reason of the bank', async () => {
    const strict = await startTestSandbox({ SANDBOX_DECLINE_CLOSES: 'true' });
    const payment = await buy(strict, {}, '5555555555554600');
    expect(payment).toMatchObject({
      status: 'canceled',
      paid: false,
      cancellation_details: { party: 'payment_network', reason: 'insufficient_funds' },
      payment_method: { saved: false, status: 'inactive', title: 'Bank card *4600' },
      authorization_details: { three_d_secure: { applied: false } },
    });
    await strict.stop();
  });
});

describe('two stages', () => {
  const hold = () => buy(sandbox, { capture: false });
  const capture = (id: unknown, body: unknown) => sandbox.call('POST', `/v3/payments/${asText(id)}/capture`, { body });

  test('money is authorized until captured, in full when no sum is given', async () => {
    const held = await hold();
    expect(held).toMatchObject({ status: 'waiting_for_capture', paid: true, refundable: false });
    expect(held).not.toHaveProperty('captured_at');
    expect(held['expires_at']).toBeDefined();
    const { body } = await capture(held['id'], {});
    expect(body).toMatchObject({ status: 'succeeded', amount: { value: '299.00' }, refundable: true });
    expect(body).not.toHaveProperty('expires_at');
  });

  test('a part can be captured, more than was authorized cannot', async () => {
    const held = await hold();
    expect((await capture(held['id'], { amount: { value: '299.01', currency: 'RUB' } })).body).toMatchObject({
      code: 'invalid_request',
      description: 'Illegal amount for capture',
    });
    const { body } = await capture(held['id'], { amount: { value: '100.00', currency: 'RUB' } });
    expect(body).toMatchObject({ status: 'succeeded', amount: { value: '100.00' }, income_amount: { value: '95.73' } });
  });

  test('an authorization is canceled without a body, and its method stays saved', async () => {
    const held = await hold();
    const { status, body } = await sandbox.call('POST', `/v3/payments/${asText(held['id'])}/cancel`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'canceled',
      paid: false,
      cancellation_details: { party: 'merchant', reason: 'canceled_by_merchant' },
      payment_method: { saved: true, status: 'active' },
    });
    expect((await charge(sandbox, held['id'])).body['status']).toBe('succeeded');
  });

  test.each(['capture', 'cancel'])('a payment that is not authorized refuses %s', async (action) => {
    const { body: pending } = await sandbox.call('POST', '/v3/payments', { body: order() });
    const paid = await buy(sandbox);
    for (const { id } of [pending, paid]) {
      const answer = await sandbox.call('POST', `/v3/payments/${asText(id)}/${action}`, { body: {} });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', parameter: 'payment_id' } });
    }
    const unknown = await sandbox.call('POST', `/v3/payments/nope/${action}`, { body: {} });
    expect(unknown).toMatchObject({ status: 400, body: { parameter: 'payment_id' } });
  });
});

describe('charging a saved method', () => {
  test('answers at once: succeeded, with the saved method and no page', async () => {
    const { id } = await buy(sandbox);
    const { status, body } = await charge(sandbox, id, { description: 'Month 2' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'succeeded',
      paid: true,
      payment_method: { id, saved: true, status: 'active' },
    });
    expect(body['id']).not.toBe(id);
    expect(body).not.toHaveProperty('confirmation');
  });

  test('a card that pays once is declined later for lack of funds, and stays saved', async () => {
    const { id } = await buy(sandbox, {}, '5555555555554642');
    const { status, body } = await charge(sandbox, id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'canceled',
      paid: false,
      refundable: false,
      cancellation_details: { party: 'payment_network', reason: 'insufficient_funds' },
      payment_method: { id, saved: true, status: 'active' },
      authorization_details: {
        three_d_secure: { applied: false, method_completed: false, challenge_completed: false },
      },
    });
  });

  test('in two stages only authorizes the money', async () => {
    const { id } = await buy(sandbox);
    expect((await charge(sandbox, id, { capture: false })).body['status']).toBe('waiting_for_capture');
  });

  test('a script decides the next charge, or every charge', async () => {
    const { id } = await buy(sandbox);
    const script = (body: unknown) => sandbox.control('POST', `payment-methods/${asText(id)}`, body);
    const chargedTo = async () => {
      const { body } = await charge(sandbox, id);
      return [body['status'], body['cancellation_details']?.['party'], body['cancellation_details']?.['reason']];
    };
    await script({ next: 'permission_revoked' });
    expect(await chargedTo()).toEqual(['canceled', 'yoo_money', 'permission_revoked']);
    expect(await chargedTo()).toEqual(['succeeded', undefined, undefined]);
    await script({ always: 'card_expired' });
    await script({ next: 'insufficient_funds' });
    expect(await chargedTo()).toEqual(['canceled', 'payment_network', 'insufficient_funds']);
    expect(await chargedTo()).toEqual(['canceled', 'payment_network', 'card_expired']);
    expect(await chargedTo()).toEqual(['canceled', 'payment_network', 'card_expired']);
    await script({ always: null });
    await script({ next: 'insufficient_funds' });
    await script({ next: null });
    expect(await chargedTo()).toEqual(['succeeded', undefined, undefined]);
  });

  test('a scripted pending charge ends later, and a decline is final', async () => {
    const { id } = await buy(sandbox);
    await sandbox.control('POST', `payment-methods/${asText(id)}`, { next: 'pending' });
    const { body: pending } = await charge(sandbox, id);
    expect(pending).toMatchObject({ status: 'pending', payment_method: { id, saved: true } });
    const settled = await sandbox.control('POST', `payments/${asText(pending['id'])}/pay`, {
      card: '5555555555554600',
    });
    expect(settled.body).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'insufficient_funds' } });
  });

  test('a pending charge has no page that ends it after an hour, and waits for its bank', async () => {
    const metadata = { test_clock_id: 'pending-charge' };
    const setClock = (now: string) => sandbox.control('POST', 'clock', { clock: metadata.test_clock_id, now });
    await setClock('2030-01-31T09:00:00.000Z');
    const { id } = await buy(sandbox, { metadata });
    await sandbox.control('POST', `payment-methods/${asText(id)}`, { next: 'pending' });
    const { body: pending } = await charge(sandbox, id, { metadata });
    await setClock('2030-02-02T09:00:00.000Z');
    expect((await read(pending['id']))['status']).toBe('pending');
  });

  test('a scripted charge may only be authorized although a capture was requested', async () => {
    const { id } = await buy(sandbox);
    await sandbox.control('POST', `payment-methods/${asText(id)}`, { next: 'waiting_for_capture' });
    const { body: held } = await charge(sandbox, id);
    expect(held).toMatchObject({ status: 'waiting_for_capture', paid: true });
    const captured = await sandbox.call('POST', `/v3/payments/${asText(held['id'])}/capture`, { body: {} });
    expect(captured.body['status']).toBe('succeeded');
  });
});

test('a shop sees no object of another shop', async () => {
  const payment = await buy(sandbox);
  const other = '100501:test_other';
  expect(await sandbox.call('GET', `/v3/payments/${asText(payment['id'])}`, { shop: other })).toMatchObject({
    status: 404,
    body: { code: 'not_found', parameter: 'payment_id' },
  });
  expect((await sandbox.call('GET', '/v3/payments', { shop: other })).body).toEqual({ type: 'list', items: [] });
  const refund = { payment_id: payment['id'], amount: { value: '1.00', currency: 'RUB' } };
  expect((await sandbox.call('POST', '/v3/refunds', { shop: other, body: refund })).body['parameter']).toBe(
    'payment_id',
  );
  const stolen = { amount: { value: '1.00', currency: 'RUB' }, payment_method_id: payment['id'] };
  expect((await sandbox.call('POST', '/v3/payments', { shop: other, body: stolen })).body['parameter']).toBe(
    'payment_method_id',
  );
});

test('the shop itself can be read', async () => {
  expect((await sandbox.call('GET', '/v3/me')).body).toEqual({
    account_id: '100500',
    status: 'enabled',
    test: true,
    payment_methods: ['bank_card', 'yoo_money'],
  });
});
