import { describe, expect, test } from '@jest/globals';
import { createTestSystem, home, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const bind = (system: TestSystem, methodType = 'sbp') =>
  system.order(user, { type: 'payment_method.bind', methodType, returnUrl: null });
const bindByQr = (system: TestSystem, methodType = 'sbp') =>
  system.order(user, { type: 'payment_method.bind', methodType, returnUrl: null, confirmation: 'qr' });
const outcomes = async (system: TestSystem) => (await system.state(user)).commands.map(({ outcome }) => outcome);
const posts = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'bind').length;
const page = { kind: 'requires_action', redirectUrl: expect.stringMatching(/^https:/) };

describe('binding an account by SBP', () => {
  test('gives a code where one is asked for, and a repeat the same one', async () => {
    const system = createTestSystem();
    const code = await bindByQr(system);
    expect(code).toEqual({ ...page, confirmation: 'qr', subscriptionId: null });
    expect(system.provider.sends().at(-1)?.order).toMatchObject({ kind: 'bind', confirmation: 'qr' });
    expect(await bindByQr(system)).toEqual(code);
    expect(posts(system)).toBe(1);
    await system.endBinding(user, 'active');
    expect(await system.state(user)).toMatchObject({ methods: [{ type: 'sbp' }] });
  });

  test('a page takes the place of a code, and the other way round', async () => {
    const system = createTestSystem();
    await bindByQr(system);
    expect(await bind(system, 'sbp')).toEqual({ ...page, subscriptionId: null });
    expect((await outcomes(system))[0]).toEqual({ kind: 'rejected', reason: 'superseded' });
    expect(await bindByQr(system)).toMatchObject({ confirmation: 'qr' });
    expect(posts(system)).toBe(3);
  });

  test('a code is refused for a card, and where the provider has no codes', async () => {
    const refused = { kind: 'rejected', reason: 'binding_unsupported' };
    const system = createTestSystem();
    expect(await bindByQr(system, 'bank_card')).toEqual(refused);
    const without = createTestSystem({ ...home, settings: { qrTypes: [] } });
    expect(await bindByQr(without)).toEqual(refused);
    expect(await bind(without, 'sbp')).toMatchObject(page);
    expect([posts(system), posts(without)]).toEqual([0, 1]);
  });
});
