import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buy, order, removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ SANDBOX_SHOPS: '100500:test_sandbox,100502:test_once:no_recurring' });
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const rub = (value: unknown) => ({ value, currency: 'RUB' });

describe('before the body is read', () => {
  test.each([
    ['an unknown path', 'GET', '/v3/nothing', {}, 404, 'not_found'],
    ['a wrong method', 'DELETE', '/v3/payments', {}, 405, 'invalid_request'],
    ['a wrong method, even without credentials', 'PUT', '/v3/payments', { shop: 'x:y' }, 405, 'invalid_request'],
    ['an unknown shop', 'GET', '/v3/me', { shop: '1:test_sandbox' }, 401, 'invalid_credentials'],
    ['a wrong key', 'GET', '/v3/me', { shop: '100500:test_wrong' }, 401, 'invalid_credentials'],
    ['a token', 'GET', '/v3/me', { headers: { Authorization: 'Bearer abc' } }, 401, 'invalid_credentials'],
    ['the collection that takes tokens only', 'GET', '/v3/webhooks', {}, 401, 'invalid_credentials'],
    [
      'another content type',
      'POST',
      '/v3/payments',
      { headers: { 'Content-Type': 'text/plain' }, body: '{}' },
      415,
      'invalid_request',
    ],
    [
      'wrong credentials before the content type',
      'POST',
      '/v3/payments',
      { shop: '1:1', headers: { 'Content-Type': 'text/plain' }, body: '{}' },
      401,
      'invalid_credentials',
    ],
    ['broken JSON', 'POST', '/v3/payments', { body: '{"amount":' }, 400, 'invalid_request'],
    ['broken JSON before a missing key', 'POST', '/v3/payments', { body: '[]', key: null }, 400, 'invalid_request'],
  ])("%s is refused with the provider's error object", async (...[, method, path, options, status, code]) => {
    const answer = await sandbox.call(method, path, options);
    expect(answer).toMatchObject({ status, type: 'application/json;charset=UTF-8', body: { type: 'error', code } });
    expect(answer.body['id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(answer.body['description']).toBeDefined();
  });

  test('missing and wrong credentials have errors of their own', async () => {
    const { body } = await sandbox.call('GET', '/v3/me', { headers: { Authorization: '' } });
    expect(body['description']).toBe('Authorization header not found');
  });

  test('JSON with a charset is JSON', async () => {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    expect((await sandbox.call('POST', '/v3/payments', { headers, body: order() })).status).toBe(200);
  });
});

describe('Idempotence-Key', () => {
  test.each([
    [null, 'Idempotence key is empty'],
    ['', 'Idempotence key is empty'],
    ['k'.repeat(65), 'Idempotence key is too long. Send the value in accordance with the documentation'],
    ['two words', 'Invalid request parameter'],
  ])('%p is refused before the fields are', async (key, description) => {
    const answer = await sandbox.call('POST', '/v3/payments', { key, body: {} });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', description, parameter: 'Idempotence-Key' },
    });
  });

  test('64 characters are not too long', async () => {
    expect((await sandbox.call('POST', '/v3/payments', { key: 'k'.repeat(64), body: order() })).status).toBe(200);
  });
});

describe('fields of a payment', () => {
  const CARD = { type: 'bank_card' };
  const METHOD = { payment_method_id: 'x', confirmation: undefined };
  test.each([
    ['no amount', { amount: undefined }, 'amount'],
    ['an amount below one rouble', { amount: rub('0.99') }, 'amount.value'],
    ['an amount above the card limit', { amount: rub('350000.01') }, 'amount.value'],
    [
      'an amount above the wallet limit',
      { amount: rub('250000.01'), payment_method_data: { type: 'yoo_money' } },
      'amount.value',
    ],
    ['an amount that is no number', { amount: rub('abc') }, 'amount.value'],
    ['three decimals', { amount: rub('10.001') }, 'amount.value'],
    ['a negative amount', { amount: rub('-5.00') }, 'amount.value'],
    ['another currency', { amount: { value: '10.00', currency: 'USD' } }, 'amount.currency'],
    ['a long description', { description: 'd'.repeat(129) }, 'description'],
    ['a description that is no text', { description: 5 }, 'description'],
    [
      '17 metadata keys',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])) },
      'metadata',
    ],
    ['a long metadata key', { metadata: { ['k'.repeat(33)]: '' } }, 'metadata'],
    ['a long metadata value', { metadata: { k: 'v'.repeat(513) } }, 'metadata'],
    ['metadata that are no text', { metadata: { k: 1 } }, 'metadata'],
    ['metadata that are a list', { metadata: [] }, 'metadata'],
    ['no confirmation', { confirmation: undefined }, 'confirmation.type'],
    ['a confirmation that cards do not have', { confirmation: { type: 'qr' } }, 'confirmation.type'],
    ['no return address', { confirmation: { type: 'redirect' } }, 'confirmation.return_url'],
    [
      'a return address that is none',
      { confirmation: { type: 'redirect', return_url: 'shop' } },
      'confirmation.return_url',
    ],
    [
      'a return address that would run in the page',
      { confirmation: { type: 'redirect', return_url: 'javascript:alert(1)' } },
      'confirmation.return_url',
    ],
    [
      'a long return address',
      { confirmation: { type: 'redirect', return_url: `http://s.test/${'a'.repeat(2048)}` } },
      'confirmation.return_url',
    ],
    ['a method that a test shop lacks', { payment_method_data: { type: 'sbp' } }, 'payment_method_data.type'],
    ['two sources of money', { ...METHOD, payment_method_data: CARD }, undefined],
    ['a token of a widget that is not there', { payment_token: 't' }, 'payment_token'],
    ['an unknown saved method', METHOD, 'payment_method_id'],
    ['a page for a saved method', { payment_method_id: 'x' }, 'confirmation'],
    ['a flag that is none', { capture: 'perhaps' }, 'capture'],
    ['an address that is none', { client_ip: '1.2.3' }, 'client_ip'],
    ['a long customer id', { merchant_customer_id: 'c'.repeat(201) }, 'merchant_customer_id'],
    ['a receipt that is none', { receipt: 'x' }, 'receipt'],
    ['a gateway of another shop', { recipient: { gateway_id: '1' } }, 'recipient.gateway_id'],
  ])('%s is refused, naming the parameter', async (_name, change, parameter) => {
    const { status, body } = await sandbox.call('POST', '/v3/payments', { body: order(change) });
    expect({ status, code: body['code'], parameter: body['parameter'] }).toEqual({
      status: 400,
      code: 'invalid_request',
      parameter,
    });
  });

  test('limits are reached, not exceeded', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 16 }, (_, n) => [`${'k'.repeat(30)}${n % 10}${n < 10 ? 'a' : 'b'}`, 'v'.repeat(512)]),
    );
    const change = {
      amount: rub('350000.00'),
      description: 'd'.repeat(128),
      metadata,
      merchant_customer_id: 'c'.repeat(200),
    };
    const { status, body } = await sandbox.call('POST', '/v3/payments', { body: order(change) });
    expect(status).toBe(200);
    expect(body).toMatchObject(change);
  });

  test('unknown fields are ignored', async () => {
    expect((await sandbox.call('POST', '/v3/payments', { body: order({ surprise: { deep: [1] } }) })).status).toBe(200);
  });
});

describe('rights of a shop', () => {
  const once = '100502:test_once';
  test('without recurring payments neither saving nor charging nor binding is allowed', async () => {
    const bodies: [string, unknown][] = [
      ['/v3/payments', order()],
      ['/v3/payments', { amount: rub('5.00'), payment_method_id: 'x' }],
      ['/v3/payment_methods', { type: 'bank_card', confirmation: { type: 'redirect', return_url: 'http://s.test/' } }],
    ];
    for (const [path, body] of bodies) {
      expect(await sandbox.call('POST', path, { shop: once, body })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', description: expect.stringContaining("can't make recurring payments") },
      });
    }
    const plain = order({ save_payment_method: false });
    expect((await sandbox.call('POST', '/v3/payments', { shop: once, body: plain })).status).toBe(200);
  });

  test('card data sent by the shop itself are forbidden', async () => {
    const change = { payment_method_data: { type: 'bank_card', card: { number: '4111111111111111' } } };
    expect((await sandbox.call('POST', '/v3/payments', { body: order(change) })).status).toBe(403);
  });
});

describe('refunds', () => {
  test.each([
    ['no payment', { payment_id: undefined }, 'payment_id'],
    ['an unknown payment', { payment_id: '216749f7-0016-50be-b000-078d43a63ae4' }, 'payment_id'],
    ['no amount', { amount: undefined }, 'amount'],
    ['nothing', { amount: rub('0.00') }, 'amount.value'],
    ['more than was paid', { amount: rub('299.01') }, 'amount'],
    ['all but some kopecks', { amount: rub('298.50') }, 'amount'],
    ['another currency', { amount: { value: '1.00', currency: 'EUR' } }, 'amount.currency'],
    ['a long description', { description: 'd'.repeat(251) }, 'description'],
  ])('of %s are refused, naming the parameter', async (_name, change, parameter) => {
    const { id } = await buy(sandbox);
    const body = { payment_id: id, amount: rub('100.00'), ...change };
    expect(await sandbox.call('POST', '/v3/refunds', { body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', parameter },
    });
  });

  test('an unpaid payment cannot be refunded', async () => {
    const { body } = await sandbox.call('POST', '/v3/payments', { body: order() });
    const refund = { payment_id: body['id'], amount: rub('1.00') };
    expect((await sandbox.call('POST', '/v3/refunds', { body: refund })).body['description']).toBe(
      'Payment can not be refunded in current status.',
    );
  });
});

test.each(['payments', 'refunds', 'payment_methods'])('an unknown id of %s is not found', async (kind) => {
  expect(await sandbox.call('GET', `/v3/${kind}/216749f7-0016-50be-b000-078d43a63ae4`)).toMatchObject({
    status: 404,
    body: { type: 'error', code: 'not_found' },
  });
});

test('a body larger than any real one is refused, and the sandbox goes on', async () => {
  const body = order({ description: 'd'.repeat(2 * 1024 * 1024) });
  expect((await sandbox.call('POST', '/v3/payments', { body })).status).toBe(413);
  expect((await sandbox.call('GET', '/v3/me')).status).toBe(200);
});
