import { describe, expect, test } from '@jest/globals';
import type { AgreedTerms } from '../../../src/domain/model/consent.ts';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, home, noon, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

type Shown = AgreedTerms['shown'];
const { price, period } = tariffs.month;
const terms = (shown: Partial<Shown> = {}, version = '2026-01'): AgreedTerms => ({
  ...{ version, locale: 'ru-RU' },
  shown: {
    ...{ firstAmount: price, firstChargeAt: noon, thenAmount: price, period, cancelHow: 'in your account' },
    ...shown,
  },
});

async function consentOf(system: TestSystem) {
  const { subscription } = await system.state(user);
  return subscription !== null && 'consent' in subscription ? (subscription.consent ?? null) : null;
}

const charges = (system: TestSystem) =>
  system.facts(user).flatMap((fact) => (fact.type === 'payment.succeeded' ? [fact['payment'] as object] : []));
const uncancel = (system: TestSystem, given: AgreedTerms | null) =>
  system.order(user, { type: 'subscription.uncancel', terms: given });

async function bought(given: AgreedTerms | null): Promise<{ readonly system: TestSystem; readonly commandId: string }> {
  const system = createTestSystem();
  const { commandId } = await system.pay(user, { terms: given });
  await system.payPage(user);
  return { system, commandId };
}

describe('a consent', () => {
  test('is what the page has shown, once the page is paid; each renewal names it', async () => {
    const { system, commandId } = await bought(terms());
    expect(await consentOf(system)).toEqual({ ...terms(), id: commandId, at: noon });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    expect(await consentOf(system)).toMatchObject({ id: commandId });
    expect(charges(system)).toMatchObject([{ consentId: commandId }, { kind: 'charge', consentId: commandId }]);
    const renewed = system.facts(user).find(({ type }) => type === 'subscription.renewed');
    expect(renewed).toMatchObject({ subscription: { consent: { id: commandId, version: '2026-01' } } });
    const rows = system.readModelRows().flatMap((row) => (row.model === 'payments' ? [row.row] : []));
    expect(rows.map(({ consent }) => consent?.id)).toEqual([commandId, commandId]);
  });

  test.each<[string, Partial<Shown>]>([
    ['the first charge costs', { firstAmount: { ...price, amountMinor: 100 } }],
    ['later charges cost', { thenAmount: { ...price, amountMinor: 19_900 } }],
    ['the currency is', { thenAmount: { ...price, currency: 'USD' } }],
    ['the period is', { period: { count: 2, unit: 'month' } }],
    ['the first charge is made', { firstChargeAt: noon + 3 * dayMs }],
  ])('cannot be given where %s something else than was shown', async (_what, shown) => {
    const system = createTestSystem();
    const { commandId } = await system.pay(user, { terms: terms(shown) });
    expect(await system.outcome(user, commandId)).toEqual({ kind: 'rejected', reason: 'amount_changed' });
    expect((await system.state(user)).payment).toBeNull();
    expect(system.facts(user)).toEqual([]);
  });

  test('of a page that is shown again is the newest', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment;
    await system.pay(user, { terms: terms() });
    const { commandId } = await system.pay(user, { terms: terms({}, '2026-02') });
    await system.pay(user);
    expect((await system.state(user)).payment).toMatchObject({ id: page?.id, consent: { id: commandId } });
    await system.payPage(user);
    expect(await consentOf(system)).toMatchObject({ id: commandId, version: '2026-02' });
  });

  test('keeps the sentence as it was shown, and its facts have no address or number of it', async () => {
    const cancelHow = 'write to ivan@example.com or call +7 903 123-45-67';
    const { system } = await bought(terms({ cancelHow }));
    expect(await consentOf(system)).toMatchObject({ shown: { cancelHow } });
    const facts = JSON.stringify(system.facts(user));
    expect(facts).toContain('write to … or call +…');
    expect(facts).not.toMatch(/ivan@|123-45-67/);
  });

  test('is none where nothing will renew', async () => {
    const system = createTestSystem();
    await system.pay(user, { renew: false, terms: terms() });
    await system.payPage(user);
    expect(await consentOf(system)).toBeNull();
    const wrong = await system.pay(user, { renew: false, terms: terms({ thenAmount: { ...price, amountMinor: 1 } }) });
    expect(await system.outcome(user, wrong.commandId)).toMatchObject({ reason: 'amount_changed' });
  });

  test('ends with a cancel, and an uncancel brings its own or none', async () => {
    const { system } = await bought(terms());
    await system.cancel(user);
    expect(await consentOf(system)).toBeNull();
    expect(await uncancel(system, null)).toMatchObject({ kind: 'completed' });
    expect(await consentOf(system)).toBeNull();
    await system.cancel(user);
    const next = terms({ firstChargeAt: Date.parse('2026-02-28T09:00:00.000Z') }, '2026-02');
    expect(await uncancel(system, terms())).toEqual({ kind: 'rejected', reason: 'amount_changed' });
    expect(await uncancel(system, next)).toMatchObject({ kind: 'completed' });
    expect(await consentOf(system)).toMatchObject({ version: '2026-02' });
  });

  test('ends with the card that is unlinked', async () => {
    const { system } = await bought(terms());
    const methodId = (await system.state(user)).methods[0]?.id ?? '';
    await system.order(user, { type: 'payment_method.unlink', methodId });
    expect(await consentOf(system)).toBeNull();
  });

  test('stays where a due period is paid on a page whose client shows nothing, and ends where that saves no method', async () => {
    const { system, commandId } = await bought(terms());
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'insufficient_funds' });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    await system.pay(user);
    await system.payPage(user);
    expect(await consentOf(system)).toMatchObject({ id: commandId });
    const next = (await system.state(user)).methods.at(-1)?.id ?? '';
    system.provider.setMethod(next, { always: 'insufficient_funds' });
    await system.pass(31 * dayMs + hourMs, 6 * hourMs);
    await system.pay(user, { renew: false });
    await system.payPage(user);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', autoRenew: false });
    expect(await consentOf(system)).toBeNull();
  });
});

describe('a binding with terms', () => {
  const bind = (system: TestSystem, given: AgreedTerms | null) =>
    system.order(user, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null, terms: given });

  /** Past due, by a card that can be charged no more. */
  async function withoutCard(): Promise<TestSystem> {
    const { system } = await bought(terms());
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'card_expired' });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    return system;
  }
  const newer = (system: TestSystem, shown: Partial<Shown> = {}) =>
    terms({ firstChargeAt: system.clock.now(), ...shown }, '2026-02');

  test('is the consent to what its card is charged, where that card is the only one', async () => {
    const system = await withoutCard();
    expect(await bind(system, newer(system))).toMatchObject({ kind: 'requires_action' });
    expect(await consentOf(system)).toMatchObject({ version: '2026-01' });
    await system.endBinding(user, 'active');
    expect(await consentOf(system)).toMatchObject({ version: '2026-02' });
    expect(await system.order(user, { type: 'payment.retry' })).toMatchObject({ kind: 'completed' });
    expect(charges(system).at(-1)).toMatchObject({ consentId: (await consentOf(system))?.id });
  });

  test('is refused where its card would be charged something else', async () => {
    const system = await withoutCard();
    const other = newer(system, { thenAmount: { ...price, amountMinor: 100 } });
    expect(await bind(system, other)).toEqual({ kind: 'rejected', reason: 'amount_changed' });
    expect((await system.state(user)).binding).toBeNull();
  });

  test('changes no consent where another card goes on being charged, or where it has none', async () => {
    const { system } = await bought(terms());
    await bind(system, newer(system));
    await system.endBinding(user, 'active');
    expect(await consentOf(system)).toMatchObject({ version: '2026-01' });
    const dead = await withoutCard();
    await bind(dead, null);
    await dead.endBinding(user, 'active');
    expect(await consentOf(dead)).toMatchObject({ version: '2026-01' });
  });
});

describe('where terms are demanded', () => {
  test('a purchase with renewal and an uncancel need them, and nothing else does', async () => {
    const system = createTestSystem({ ...home, settings: { termsRequired: true } });
    const { commandId } = await system.pay(user);
    expect(await system.outcome(user, commandId)).toEqual({ kind: 'rejected', reason: 'terms_required' });
    await system.pay(user, { terms: terms() });
    await system.payPage(user);
    expect(await uncancel(system, null)).toMatchObject({ kind: 'completed' });
    await system.cancel(user);
    expect(await uncancel(system, null)).toEqual({ kind: 'rejected', reason: 'terms_required' });
    await system.cancel(user, 'immediate');
    await system.pay(user, { renew: false });
    expect((await system.state(user)).payment).toMatchObject({ kind: 'checkout' });
  });
});
