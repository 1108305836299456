import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, home, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const bind = (system: TestSystem, methodType = 'bank_card') =>
  system.order(user, { type: 'payment_method.bind', methodType, returnUrl: null });
const unlink = async (system: TestSystem, index = 0) =>
  system.order(user, {
    type: 'payment_method.unlink',
    methodId: (await system.state(user)).methods[index]?.id ?? 'none',
  });
const factsOf = (system: TestSystem, type: string) => system.facts(user).filter((fact) => fact.type === type);
const outcomes = async (system: TestSystem) => (await system.state(user)).commands.map(({ outcome }) => outcome);
const lastOutcome = async (system: TestSystem) => (await outcomes(system)).at(-1);
const charges = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'charge').length;
const posts = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'bind').length;
const linked = async (system: TestSystem) => (await system.state(user)).methods.map(({ id }) => id);

const page = { kind: 'requires_action', redirectUrl: expect.stringMatching(/^https:/) };
const failed = { kind: 'rejected', reason: 'binding_failed' };

/** A subscriber whose subscription lasts to its paid end and has no method that may be charged. */
async function withoutMethod(): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  await unlink(system);
  return system;
}

describe('binding a payment method', () => {
  test('leads to a page, and once it is confirmed there the method is saved without a payment', async () => {
    const system = createTestSystem();
    expect(await bind(system)).toEqual({ ...page, subscriptionId: null });
    const methodId = await system.endBinding(user, 'active');
    expect(await system.state(user)).toMatchObject({ binding: null, methods: [{ id: methodId, usable: true }] });
    expect(await lastOutcome(system)).toEqual({ kind: 'completed', subscriptionId: null });
    expect(factsOf(system, 'payment_method.bound')).toMatchObject([{ isDefault: false, subscriptionId: null }]);
    expect([posts(system), charges(system)]).toEqual([1, 0]);
  });

  test('of an account by SBP is the same', async () => {
    const system = createTestSystem();
    expect(await bind(system, 'sbp')).toMatchObject(page);
    await system.endBinding(user, 'active');
    expect(await system.state(user)).toMatchObject({ methods: [{ type: 'sbp' }] });
  });

  test('of another kind is refused: it is saved by paying', async () => {
    const system = createTestSystem();
    expect(await bind(system, 'yoo_money')).toEqual({ kind: 'rejected', reason: 'binding_unsupported' });
    expect(posts(system)).toBe(0);
  });

  test('of a kind that the provider does not bind is refused, whatever we could ask for', async () => {
    const system = createTestSystem({ ...home, settings: { bindTypes: ['bank_card'] } });
    expect(await bind(system, 'sbp')).toEqual({ kind: 'rejected', reason: 'binding_unsupported' });
    expect(await bind(system, 'bank_card')).toMatchObject(page);
  });

  test('once more while its page is open shows the same page; another kind takes its place', async () => {
    const system = createTestSystem();
    const first = await bind(system);
    await system.pass(40 * minuteMs);
    expect(await bind(system)).toEqual(first);
    expect(posts(system)).toBe(1);
    expect(await bind(system, 'sbp')).not.toEqual(first);
    const rejected = { kind: 'rejected', reason: 'superseded' };
    expect((await outcomes(system)).slice(0, 2)).toEqual([rejected, rejected]);
    expect(factsOf(system, 'payment_method.bind_failed')).toMatchObject([{ reason: 'superseded' }]);
  });

  test('on a page that is about to close leads to a new one', async () => {
    const system = createTestSystem();
    const first = await bind(system);
    await system.pass(46 * minuteMs);
    expect(await bind(system)).toMatchObject(page);
    expect(await lastOutcome(system)).not.toEqual(first);
    expect(posts(system)).toBe(2);
  });

  test('whose page is left saves nothing, and nothing else changes', async () => {
    const system = await createSystemWithActive(user);
    const before = (await system.state(user)).subscription;
    await bind(system);
    await system.pass(70 * minuteMs, minuteMs);
    expect(await system.state(user)).toMatchObject({ binding: null, subscription: before, methods: [{}] });
    expect(await lastOutcome(system)).toEqual(failed);
    expect(factsOf(system, 'payment_method.bind_failed')).toMatchObject([
      { reason: 'unknown', methodType: 'bank_card' },
    ]);
  });

  test('is seen without a notification: the page is polled from 30 s on', async () => {
    const system = createTestSystem();
    await bind(system);
    system.provider.endBinding((await system.state(user)).binding?.providerMethodId ?? '', 'active');
    await system.pass(31 * secondMs, secondMs);
    expect(await linked(system)).toHaveLength(1);
  });

  test('is not taken from a notification without reading: a forged one changes nothing', async () => {
    const system = createTestSystem();
    await bind(system);
    const id = (await system.state(user)).binding?.providerMethodId ?? '';
    await system.hint('payment_method', id);
    expect(await system.state(user)).toMatchObject({ binding: { state: 'requires_action' }, methods: [] });
  });

  test('beyond ten methods is refused, and no eleventh is saved', async () => {
    const system = createTestSystem();
    for (let count = 0; count < 10; count += 1) {
      await bind(system, count === 0 ? 'sbp' : 'bank_card');
      await system.endBinding(user, 'active');
    }
    expect(await bind(system)).toEqual({ kind: 'rejected', reason: 'too_many_methods' });
    await unlink(system);
    await bind(system);
    await system.pay(user);
    await system.payPage(user);
    await system.endBinding(user, 'active');
    expect(await lastOutcome(system)).toMatchObject({ kind: 'completed' });
    expect((await outcomes(system)).at(-2)).toEqual({ kind: 'rejected', reason: 'too_many_methods' });
    expect((await system.state(user)).methods.filter(({ usable }) => usable)).toHaveLength(10);
  });

  test('waits for nothing for ever: a provider that never answers is given up after a day', async () => {
    const system = createTestSystem();
    await bind(system);
    system.provider.failReads(1_000);
    await system.pass(dayMs + 2 * hourMs, 10 * minuteMs);
    expect((await system.state(user)).binding).toBeNull();
    expect(await lastOutcome(system)).toEqual(failed);
  });
});

describe('a binding whose answer is missing', () => {
  test('is repeated under the same key, and is the same page', async () => {
    const system = createTestSystem();
    system.provider.script('lost');
    expect(await bind(system)).toBeNull();
    expect((await system.state(user)).binding).toMatchObject({ state: 'unknown' });
    await system.pass(2 * minuteMs, secondMs);
    expect(await lastOutcome(system)).toMatchObject(page);
    expect(system.provider.bindings()).toHaveLength(1);
  });

  test('is found by its notification', async () => {
    const system = createTestSystem();
    system.provider.script('lost');
    await bind(system);
    const [bound] = system.provider.bindings();
    system.provider.endBinding(bound?.id ?? '', 'active');
    await system.hint('payment_method', bound?.id ?? '');
    expect(await linked(system)).toEqual([bound?.id]);
    expect(await lastOutcome(system)).toMatchObject({ kind: 'completed' });
  });

  test('is given up once its page would be over: no one has seen it', async () => {
    const system = createTestSystem();
    system.provider.script(...Array<'not_done'>(20).fill('not_done'));
    await bind(system);
    await system.pass(2 * hourMs, secondMs * 15);
    expect((await system.state(user)).binding).toBeNull();
    expect(factsOf(system, 'payment_method.bind_failed')).toMatchObject([{ reason: 'unknown' }]);
    expect(await lastOutcome(system)).toEqual(failed);
  });

  test('that certainly did not leave ends as the payment of a page does', async () => {
    const system = createTestSystem();
    const unsent = { kind: 'unsent', reason: 'connection_refused' } as const;
    system.provider.script(unsent, unsent, unsent, unsent, unsent);
    await bind(system);
    await system.pass(2 * minuteMs, secondMs);
    expect(await lastOutcome(system)).toEqual({ kind: 'rejected', reason: 'provider_unreachable' });
  });

  test('that the provider refuses ends at once, with an alarm', async () => {
    const system = createTestSystem();
    system.provider.script({ kind: 'refused', status: 403, code: 'forbidden', parameter: null });
    expect(await bind(system)).toEqual({ kind: 'rejected', reason: 'provider_refused' });
    expect(factsOf(system, 'invariant.violated')).toHaveLength(1);
  });

  test('is not taken where its object is of another user', async () => {
    const system = createTestSystem();
    system.provider.script('lost');
    await bind(system);
    const stored = await system.services.store.load(user);
    const foreign = '22222222-2222-4222-8222-222222222222';
    await system.order(foreign, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null });
    const theirs = (await system.state(foreign)).binding?.providerMethodId ?? '';
    system.provider.endBinding(theirs, 'active');
    await system.hint('payment_method', theirs);
    expect((await system.state(user)).methods).toEqual(stored?.subscriber.methods);
    expect((await system.state(foreign)).methods).toHaveLength(1);
  });
});

describe('the default method', () => {
  test('is the first that is bound, where the subscription has none that may be charged', async () => {
    const system = await withoutMethod();
    await bind(system);
    const id = await system.endBinding(user, 'active');
    expect((await system.state(user)).subscription).toMatchObject({ methodId: id, autoRenew: false });
    expect(factsOf(system, 'payment_method.bound')).toMatchObject([{ isDefault: true }]);
    await system.pass(32 * dayMs, 6 * hourMs);
    expect(charges(system)).toBe(0);
  });

  test('stays where there is one', async () => {
    const system = await createSystemWithActive(user);
    const [first] = await linked(system);
    await bind(system);
    await system.endBinding(user, 'active');
    expect((await system.state(user)).subscription).toMatchObject({ methodId: first });
  });

  test('past due may be replaced by the new one, which charges nothing until the subscriber says so', async () => {
    const system = await createSystemWithActive(user);
    system.provider.setMethod((await linked(system))[0] ?? '', { always: 'card_expired' });
    await system.pass(28 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'past_due' });
    const before = charges(system);
    await bind(system);
    await system.endBinding(user, 'active');
    await system.pass(6 * hourMs, hourMs);
    expect(charges(system)).toBe(before);
    await system.order(user, { type: 'payment.retry' });
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });
});

describe('a binding that was opened before', () => {
  test('an unlink of the same card saves nothing', async () => {
    const system = await createSystemWithActive(user);
    await bind(system);
    await unlink(system);
    await system.endBinding(user, 'active');
    expect((await system.state(user)).methods.filter(({ usable }) => usable)).toEqual([]);
    expect(factsOf(system, 'payment_method.bind_failed')).toMatchObject([{ reason: 'method_unlinked' }]);
  });

  test('an unlink of another method saves its own', async () => {
    const system = await createSystemWithActive(user);
    await bind(system, 'sbp');
    await unlink(system);
    const id = await system.endBinding(user, 'active');
    expect((await system.state(user)).methods.filter(({ usable }) => usable)).toMatchObject([{ id }]);
  });

  test('a chargeback saves nothing, and no other page is opened until staff allow charges', async () => {
    const system = await createSystemWithActive(user);
    const [capture] = (await system.state(user)).captures;
    await bind(system);
    const id = (await system.state(user)).binding?.providerMethodId ?? '';
    const taken = { date: '2026-11-20', amountMinor: capture?.capturedMinor ?? 0, won: null };
    await system.staff(user, { type: 'payment.record_chargeback', paymentId: capture?.paymentId ?? '', ...taken });
    system.provider.endBinding(id, 'active');
    await system.hint('payment_method', id);
    expect((await system.state(user)).methods.filter(({ usable }) => usable)).toEqual([]);
    expect(await bind(system)).toEqual({ kind: 'rejected', reason: 'subscription_held' });
    await system.staff(user, { type: 'subscription.allow_charges' });
    expect(await bind(system)).toMatchObject(page);
  });
});

test('the commands of an open binding stay in the document, so each of them ends', async () => {
  const system = createTestSystem();
  await bind(system);
  for (let count = 0; count < 60; count += 1) await system.cancel(user);
  await system.endBinding(user, 'active');
  const ended = (await system.state(user)).commands.find(({ type }) => type === 'payment_method.bind');
  expect(ended?.outcome).toMatchObject({ kind: 'completed' });
});
