import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asText, buy, order, removeDataDirs, returnUrl, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

async function open(change: Readonly<Record<string, unknown>> = {}): Promise<{ id: string; url: string }> {
  const { body } = await sandbox.call('POST', '/v3/payments', { body: order(change) });
  return { id: asText(body['id']), url: asText(body['confirmation']?.['confirmation_url']) };
}
const read = async (id: string) => (await sandbox.call('GET', `/v3/payments/${id}`)).body;
const show = async (url: string) => (await fetch(url)).text();

/** Sends a form as a browser without JavaScript does, and returns where it is redirected. */
async function submit(url: string, fields: Readonly<Record<string, string>>) {
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
}
const card = (number: string, change: object = {}) => ({ number, month: '12', year: '35', csc: '123', ...change });
/** What the form shows as already typed. */
function typedIn(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input name="(\w+)"[^>]* value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}

describe('the hosted page', () => {
  test('shows what is paid, to whom, and a form', async () => {
    const { url } = await open({ description: 'Month <1> & "more"' });
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe('text/html;charset=UTF-8');
    const html = await answer.text();
    expect(html).toContain('<h1>299\u00a0₽</h1>');
    expect(html).toContain('Month &lt;1&gt; &amp; &quot;more&quot;');
    expect(html).toContain('Shop 100500');
    expect(html).toContain('name="number"');
    expect(html).toContain('will be saved');
  });

  test('accepts a card and sends the user back to exactly the shop’s address', async () => {
    const { id, url } = await open();
    expect(await submit(url, card('5555 5555 5555 4444'))).toMatchObject({ status: 303, location: returnUrl });
    expect((await read(id))['payment_method']?.['card']).toMatchObject({ expiry_year: '2035', expiry_month: '12' });
  });

  test('asks for a code when the card needs one, and then sends the user back', async () => {
    const { id, url } = await open();
    const step = await submit(url, card('5555555555554477'));
    expect(step).toMatchObject({ status: 303, location: `/checkout/${id}/3ds` });
    expect(await show(`${url}/3ds`)).toContain('name="code"');
    expect((await read(id))['status']).toBe('pending');
    expect((await submit(`${url}/3ds`, { code: 'no digits' })).text).toContain('name="code"');
    expect(await submit(`${url}/3ds`, { code: '1234' })).toMatchObject({ status: 303, location: returnUrl });
    expect(await read(id)).toMatchObject({
      status: 'succeeded',
      authorization_details: { three_d_secure: { applied: true } },
    });
  });

  test('explains a decline, keeps the typed fields except the code, and accepts another card', async () => {
    const { id, url } = await open();
    const declined = await submit(url, card('5555 5555 5555 4600'));
    expect(declined).toMatchObject({ status: 200, text: expect.stringContaining('not enough money') });
    expect(declined.text).not.toContain('insufficient_funds');
    expect(typedIn(declined.text)).toEqual({ number: '5555 5555 5555 4600', month: '12', year: '35' });
    expect(await show(url)).toContain('not enough money');
    expect(typedIn(await show(url))).toEqual({});
    await submit(url, card('5555555555554592'));
    const unconfirmed = await submit(`${url}/3ds`, { code: '1' });
    expect(unconfirmed.text).toContain('did not confirm that it is you');
    expect(typedIn(unconfirmed.text)).toEqual({ number: '5555555555554592', month: '12', year: '2035' });
    expect((await submit(url, card('4111111111111111', { year: '2020' }))).text).toContain('has expired');
    expect((await read(id))['status']).toBe('pending');
    expect((await submit(url, card('4111111111111111'))).location).toBe(returnUrl);
  });

  test.each([
    ['number', { number: '4111' }],
    ['month', { month: '13' }],
    ['year', { year: '203' }],
    ['CVC', { csc: '1' }],
  ])('a %s that cannot be is not sent to the bank', async (_name, change) => {
    const { id, url } = await open();
    const entered = card('4111111111111111', change);
    const answer = await submit(url, entered);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('role="alert"');
    expect(typedIn(answer.text)).toEqual({ number: entered.number, month: entered.month, year: entered.year });
    expect((await read(id))['status']).toBe('pending');
  });

  test('saves the card when the user ticks it, if the shop left the choice to them', async () => {
    const asked = await open({ save_payment_method: undefined });
    expect(await show(asked.url)).toContain('type="checkbox"');
    await submit(asked.url, card('4111111111111111', { save: 'true' }));
    expect((await read(asked.id))['payment_method']).toMatchObject({ saved: true, status: 'active' });
    const refused = await open({ save_payment_method: false });
    expect(await show(refused.url)).not.toContain('type="checkbox"');
    await submit(refused.url, card('4111111111111111', { save: 'true' }));
    expect((await read(refused.id))['payment_method']).toMatchObject({ saved: false });
  });

  test('accepts the wallet as well, which can be charged later', async () => {
    const { id, url } = await open({ payment_method_data: { type: 'yoo_money' } });
    expect(await submit(url, { method: 'yoo_money' })).toMatchObject({ status: 303, location: returnUrl });
    const payment = await read(id);
    expect(payment['payment_method']).toMatchObject({
      type: 'yoo_money',
      saved: true,
      account_number: '410011758831136',
    });
    expect(payment).not.toHaveProperty('authorization_details');
  });

  test('shows how an ended payment ended, and links back to the shop', async () => {
    const paid = await buy(sandbox);
    const html = await show(`${sandbox.url}/checkout/${asText(paid['id'])}`);
    expect(html).toContain('Paid');
    expect(html).toContain('href="http://shop.test/back?order=7&amp;x=%D1%8F"');
    expect(html).not.toContain('<form');
    await sandbox.control('POST', 'clock', { clock: 'page', now: '2027-01-01T00:00:00.000Z' });
    const late = await open({ metadata: { test_clock_id: 'page' } });
    await sandbox.control('POST', 'clock', { clock: 'page', now: '2027-01-01T01:00:00.000Z' });
    expect(await show(late.url)).toContain('canceled');
    expect((await submit(late.url, card('4111111111111111'))).text).toContain('canceled');
    expect((await read(late.id))['status']).toBe('canceled');
  });

  test('redirects to an address in any alphabet, encoded as a browser would', async () => {
    const { url } = await open({ confirmation: { type: 'redirect', return_url: 'http://shop.test/возврат?a=1 2' } });
    const home = 'http://shop.test/%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82?a=1%202';
    expect((await submit(url, card('4111111111111111'))).location).toBe(home);
  });

  test('of an unknown payment says so', async () => {
    const answer = await fetch(`${sandbox.url}/checkout/nope`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('No such payment');
  });

  test('is found by a widget too', async () => {
    const { body } = await sandbox.call('POST', '/v3/payments', {
      body: order({ confirmation: { type: 'embedded' } }),
    });
    expect(body['confirmation']).toEqual({ type: 'embedded', confirmation_token: `ct-${asText(body['id'])}` });
    expect(await submit(`${sandbox.url}/checkout/${asText(body['id'])}`, card('4111111111111111'))).toMatchObject({
      status: 303,
    });
    expect((await read(asText(body['id'])))['status']).toBe('succeeded');
  });
});

describe('binding a method without a payment', () => {
  const bind = (change: object = {}) =>
    sandbox.call('POST', '/v3/payment_methods', {
      body: {
        type: 'bank_card',
        confirmation: { type: 'redirect', return_url: returnUrl },
        metadata: { user_id: '42' },
        ...change,
      },
    });
  const readMethod = async (id: unknown) => (await sandbox.call('GET', `/v3/payment_methods/${asText(id)}`)).body;

  test('the card is entered on a page, saved, and can be charged', async () => {
    const { body } = await bind();
    expect(body).toMatchObject({
      type: 'bank_card',
      saved: false,
      status: 'pending',
      holder: { account_id: '100500', gateway_id: '100700' },
      metadata: { user_id: '42' },
    });
    const url = asText(body['confirmation']?.['confirmation_url']);
    expect(await show(url)).toContain('Nothing is charged now');
    await submit(url, card('5555555555554600'));
    expect(await readMethod(body['id'])).toMatchObject({ status: 'pending', saved: false });
    expect(await submit(url, card('2200000000000004'))).toMatchObject({
      location: `/checkout/${asText(body['id'])}/3ds`,
    });
    expect(await submit(`${url}/3ds`, { code: '12' })).toMatchObject({ location: returnUrl });
    expect(await readMethod(body['id'])).toMatchObject({ status: 'active', saved: true, title: 'Bank card *0004' });
    const charge = { amount: { value: '5.00', currency: 'RUB' }, capture: true, payment_method_id: body['id'] };
    expect((await sandbox.call('POST', '/v3/payments', { body: charge })).body['status']).toBe('succeeded');
  });

  test('after an expired link the method stays inactive', async () => {
    await sandbox.control('POST', 'clock', { clock: 'bind', now: '2027-01-01T00:00:00.000Z' });
    const { body } = await bind({ metadata: { test_clock_id: 'bind' } });
    await sandbox.control('POST', 'clock', { clock: 'bind', now: '2027-01-01T01:00:00.000Z' });
    expect(await readMethod(body['id'])).toMatchObject({ status: 'inactive', saved: false });
  });

  test('an account is linked by SBP on a page, and charged without a hold', async () => {
    const { body } = await bind({ type: 'sbp' });
    const url = asText(body['confirmation']?.['confirmation_url']);
    expect(await show(url)).toContain('My bank links no accounts');
    expect(await submit(url, { method: 'sbp' })).toMatchObject({ location: returnUrl });
    expect(await readMethod(body['id'])).toMatchObject({
      ...{ type: 'sbp', status: 'active', saved: true, title: 'SBP', payer_bank_details: { bank_id: '100000000111' } },
    });
    const charge = { amount: { value: '5.00', currency: 'RUB' }, capture: true, payment_method_id: body['id'] };
    expect((await sandbox.call('POST', '/v3/payments', { body: charge })).body).toMatchObject({
      status: 'succeeded',
      payment_method: { type: 'sbp', sbp_operation_id: expect.stringMatching(/^[0-9A-F]{32}$/) },
    });
    expect(await sandbox.call('POST', '/v3/payments', { body: { ...charge, capture: false } })).toMatchObject({
      ...{ status: 400, body: { parameter: 'capture' } },
    });
  });

  test('a bank that links no accounts ends the binding in silence', async () => {
    const { body } = await bind({ type: 'sbp' });
    const url = asText(body['confirmation']?.['confirmation_url']);
    expect(await submit(url, { method: 'other_bank' })).toMatchObject({ location: returnUrl });
    expect(await readMethod(body['id'])).toMatchObject({ status: 'inactive', saved: false });
    expect(await show(url)).toContain('Nothing was saved');
  });

  test('the code of SBP leads to the same page', async () => {
    const { body } = await bind({ type: 'sbp', confirmation: { type: 'qr' } });
    expect(body['confirmation']).toMatchObject({ type: 'qr' });
    expect(await show(asText(body['confirmation']?.['confirmation_data']))).toContain('Link an account');
  });

  test('only cards and accounts by SBP can be bound, and a card has no code', async () => {
    expect(await bind({ type: 'yoo_money' })).toMatchObject({ status: 400, body: { parameter: 'type' } });
    expect(await bind({ confirmation: { type: 'qr' } })).toMatchObject({
      ...{ status: 400, body: { parameter: 'confirmation.type' } },
    });
  });

  test('a method saved by a payment can be read too', async () => {
    const { id } = await buy(sandbox);
    expect(await readMethod(id)).toMatchObject({ id, status: 'active', saved: true, title: 'Bank card *4444' });
  });
});
