import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sha256Hex } from '../../src/adapters/http/auth/digests.ts';
import { type Api, startApi } from './support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const path = '/api/v1/receipt-contact';

const put = (token: string, body: unknown, headers = {}) => api.ask('PUT', path, { token, body, headers });

const shown = async (token: string): Promise<unknown> =>
  ((await api.ask('GET', '/api/v1/account', { token })).json as { receipt_contact: unknown }).receipt_contact;

describe('the receipt contact', () => {
  test('is set, shown masked, and taken back', async () => {
    const { token } = await api.newUser();
    expect(await shown(token)).toBeNull();
    const set = await put(token, { email: 'viewer@cinema.example' });
    expect([set.status, set.json]).toEqual([200, null]);
    expect(await shown(token)).toEqual({ kind: 'email', masked: 'v***@c***.example', usable: true });
    expect((await api.ask('DELETE', path, { token })).status).toBe(200);
    expect(await shown(token)).toBeNull();
  });

  test('says to what receipts can be sent, where they are made, and whether the present contact is of such a kind', async () => {
    const rules = { contactKinds: ['email'], taxSystem: null, paymentMode: 'full_payment', vatCodes: [] } as const;
    const { policy } = api.system.services;
    const making = await startApi({ services: { policy: { ...policy, receipts: rules } } });
    const account = async (at: Api, token: string) => (await at.ask('GET', '/api/v1/account', { token })).json;
    const { token } = await making.newUser();
    expect(await account(making, token)).toMatchObject({ receipt_contact: null, receipt_contact_kinds: ['email'] });
    // The consumer of this test takes any kind, as one did before the setting was changed.
    await making.ask('PUT', path, { token, body: { phone: '+79000000012' } });
    expect(await account(making, token)).toMatchObject({ receipt_contact: { kind: 'phone', usable: false } });
    await making.close();
    expect(await account(api, (await api.newUser()).token)).not.toHaveProperty('receipt_contact_kinds');
  });

  test('crosses Kafka sealed, and its digest tells nothing without a key', async () => {
    const user = await api.newUser();
    const from = api.published.length;
    await put(user.token, { phone: '+79000000012' });
    const [message] = api.published.slice(from);
    expect(message?.value).toMatchObject({ email: null, phone: expect.stringMatching(/^v1\./) });
    expect(JSON.stringify(message)).not.toMatch(/79000000012/);
    const text = '[{"phone":"+79000000012"}]';
    expect(message?.value?.['bodyHash']).not.toBe(sha256Hex(text));
  });

  test('is one command under one key: another contact with it is refused', async () => {
    const { token } = await api.newUser();
    const headers = { 'Idempotency-Key': 'contact-1' };
    await put(token, { email: 'viewer@cinema.example' }, headers);
    api.system.clock.advance(1);
    const again = await put(token, { email: 'viewer@cinema.example' }, headers);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    const other = await put(token, { email: 'other@cinema.example' }, headers);
    expect([other.status, (other.json as { code: string }).code]).toEqual([422, '4005']);
  });

  test.each([
    ['nothing', {}],
    ['both', { email: 'viewer@cinema.example', phone: '+79000000012' }],
    ['no address', { email: 'viewer' }],
    ['no number', { phone: 'call me' }],
    ['nothing in the address', { email: null }],
  ])('with %s is refused, and the answer does not repeat it', async (_what, body) => {
    const { token } = await api.newUser();
    const answered = await put(token, body);
    expect([answered.status, (answered.json as { code: string }).code]).toEqual([422, '4000']);
    expect(answered.text).not.toMatch(/viewer|79000000012|call me/);
  });
});
