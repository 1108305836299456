import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import { createSystemWithActive, createTestSystem, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const film = (number: number) => `https://cinema.example/return?film=${number}`;

async function pageOf(system: TestSystem): Promise<string> {
  const { payment } = await system.state(user);
  if (payment?.confirmationUrl == null) throw new Error('no page is open');
  return payment.confirmationUrl;
}

async function pastDueSystem(): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'insufficient_funds' });
  await system.pass(28 * dayMs, 6 * hourMs);
  return system;
}

/** A subscriber with an open page, and what its payment leads to. */
const situations: readonly (readonly [string, () => Promise<TestSystem>])[] = [
  ['a first purchase', () => Promise.resolve(createTestSystem())],
  ['a payment while past due', pastDueSystem],
];

describe.each(situations)('an open page of %s', (_name, open) => {
  test.each([null, film(1)])('is shown again for the same return address, %s', async (returnUrl) => {
    const system = await open();
    await system.pay(user, { returnUrl });
    const page = await pageOf(system);
    await system.pay(user, { returnUrl });
    expect(await pageOf(system)).toBe(page);
    expect((await system.state(user)).watched).toEqual([]);
  });

  test.each([
    ['another address', film(1), film(2)],
    ['an address of its own', null, film(1)],
    ['the configured address', film(1), null],
  ])('makes way for one that leads to %s, and is watched', async (_where, first, second) => {
    const system = await open();
    const old = await system.pay(user, { returnUrl: first });
    const page = await pageOf(system);
    await system.pay(user, { returnUrl: second });
    expect(await pageOf(system)).not.toBe(page);
    expect((await system.state(user)).watched).toMatchObject([{ confirmationUrl: page, watchedBecause: 'superseded' }]);
    expect(await system.outcome(user, old.commandId)).toEqual({ kind: 'rejected', reason: 'superseded' });
    await system.payPage(user);
    expect((await system.state(user)).subscription?.status).toBe('active');
  });

  test('is shown for any address when no further page may be opened', async () => {
    const system = await open();
    for (let number = 1; number <= defaultPolicy.watchedMax; number += 1) {
      await system.pay(user, { returnUrl: film(number) });
    }
    const page = await pageOf(system);
    const anywhere = await system.pay(user, { returnUrl: film(99) });
    expect(await system.outcome(user, anywhere.commandId)).toMatchObject({ redirectUrl: page });
    const other = await system.pay(user, { renew: false, returnUrl: film(99) });
    expect(await system.outcome(user, other.commandId)).toEqual({ kind: 'rejected', reason: 'too_many_open_pages' });
    expect(await pageOf(system)).toBe(page);
    expect((await system.state(user)).watched).toHaveLength(defaultPolicy.watchedMax - 1);
  });

  test.each([46, 59, 62])('is not shown %i minutes later, when it is over or about to be', async (minutes) => {
    const system = await open();
    await system.pay(user);
    const { payment: old } = await system.state(user);
    if (minutes >= 60) system.provider.finish(old?.providerPaymentId ?? '', 'expired_on_confirmation');
    system.clock.advance(minutes * minuteMs);
    await system.pay(user);
    const state = await system.state(user);
    expect(state.watched).toMatchObject([{ id: old?.id }]);
    expect(state.payment).toMatchObject({ state: 'requires_action', createdAt: system.clock.now() });
    expect(state.payment?.id).not.toBe(old?.id);
    if (minutes < 60) system.provider.finish(old?.providerPaymentId ?? '', 'expired_on_confirmation');
    await system.pass(30 * minuteMs, minuteMs);
    expect((await system.state(user)).watched).toEqual([]);
    await system.payPage(user);
    expect((await system.state(user)).subscription?.status).toBe('active');
  });

  test('is shown again while there is time to pay', async () => {
    const system = await open();
    await system.pay(user);
    const page = await pageOf(system);
    system.clock.advance(44 * minuteMs);
    await system.pay(user);
    expect(await pageOf(system)).toBe(page);
  });
});

test('a page with an unknown return address is replaced by one with a known address', async () => {
  const system = createTestSystem();
  await system.pay(user);
  const stored = await system.services.store.load(user);
  if (stored?.subscriber.payment == null) throw new Error('no page is open');
  const { returnUrlHash, ...payment } = stored.subscriber.payment;
  expect(returnUrlHash).toBeNull();
  const { announce, version: expectedVersion } = stored;
  const subscriber = { ...stored.subscriber, payment };
  await system.services.store.save({ subscriber, expectedVersion, saveId: 'older', announce, entry: null });
  await system.pay(user);
  expect((await system.state(user)).watched).toMatchObject([{ id: payment.id }]);
});

test('authorized or pending money is waited for, however old its page is', async () => {
  const system = createTestSystem();
  const command = await system.pay(user);
  const { payment } = await system.state(user);
  system.provider.finish(payment?.providerPaymentId ?? '', 'waiting_for_capture');
  system.provider.script('lost');
  await system.hint('payment', payment?.providerPaymentId ?? '');
  system.clock.advance(50 * minuteMs);
  expect((await system.state(user)).payment).toMatchObject({ id: payment?.id, step: 'capture' });
  const again = await system.pay(user);
  expect((await system.state(user)).watched).toEqual([]);
  await system.pass(2 * hourMs);
  const completed = { kind: 'completed', subscriptionId: payment?.subscriptionId };
  expect(await system.outcome(user, command.commandId)).toEqual(completed);
  expect(await system.outcome(user, again.commandId)).toEqual(completed);
});

test('a purchase whose request is out is waited for, whatever its age', async () => {
  const system = createTestSystem();
  system.provider.script('lost');
  await system.pay(user);
  system.clock.advance(2 * hourMs);
  await system.pay(user);
  const { payment, watched } = await system.state(user);
  expect([payment?.state, watched]).toEqual(['unknown', []]);
});

test.each([
  ['another purchase', (system: TestSystem) => system.pay(user, { renew: false })],
  ['a cancel', (system: TestSystem) => system.cancel(user)],
])('a payment that %s abandons while its request is out is checked when its reservation ends', async (_by, abandon) => {
  const system = createTestSystem();
  system.provider.script('not_done', 'not_done', 'not_done', 'not_done', 'hang');
  await system.pay(user);
  while (system.provider.sends().length < 4) await system.pass(15_000, 15_000);
  system.clock.advance(5 * minuteMs);
  const sending = system.runDue();
  while (system.provider.sends().length < 5) await new Promise(setImmediate);
  const { payment } = await system.state(user);
  expect(payment?.state).toBe('sending');
  await abandon(system);
  const [watched] = (await system.state(user)).watched;
  expect([watched?.id, watched?.send.nextCheckRealAt]).toEqual([payment?.id, payment?.send.noSendBefore]);
  system.clock.set(payment?.send.noSendBefore ?? 0);
  await sending;
  await system.runDue();
  expect((await system.state(user)).watched).toMatchObject([{ id: payment?.id, state: 'requires_action' }]);
});

test('so many purchases wait for a request that is out; a further one is refused, and the answer ends the others', async () => {
  const system = createTestSystem();
  system.provider.script('not_done');
  const waiting = [];
  for (let number = 0; number < defaultPolicy.waitingMax; number += 1) waiting.push(await system.pay(user));
  const refused = await system.pay(user);
  expect(await system.outcome(user, refused.commandId)).toEqual({ kind: 'rejected', reason: 'payment_in_progress' });
  await system.pass(minuteMs, minuteMs);
  for (const { commandId } of waiting) {
    expect(await system.outcome(user, commandId)).toMatchObject({ kind: 'requires_action' });
  }
  expect((await system.outcome(user, (await system.pay(user)).commandId))?.kind).toBe('requires_action');
});

describe('a command that was answered with a page', () => {
  test('is completed once the page is paid, like every other that got the page', async () => {
    const system = createTestSystem();
    const [first, second] = [await system.pay(user), await system.pay(user)];
    expect((await system.outcome(user, first.commandId))?.kind).toBe('requires_action');
    const { subscriptionId } = await system.payPage(user);
    for (const { commandId } of [first, second]) {
      expect(await system.outcome(user, commandId)).toEqual({ kind: 'completed', subscriptionId });
    }
    await system.pass(40 * dayMs, 6 * hourMs);
    expect(await system.outcome(user, first.commandId)).toEqual({ kind: 'completed', subscriptionId });
  });

  test.each(['insufficient_funds', 'expired_on_confirmation'] as const)('is rejected at %s', async (ending) => {
    const system = createTestSystem();
    const { commandId } = await system.pay(user);
    system.provider.finish((await system.state(user)).payment?.providerPaymentId ?? '', ending);
    await system.pass(2 * hourMs);
    expect(await system.outcome(user, commandId)).toEqual({ kind: 'rejected', reason: 'payment_declined' });
  });

  test('is rejected by the purchase that replaced it, and by the cancel that ended it', async () => {
    const system = createTestSystem();
    const first = await system.pay(user);
    const second = await system.pay(user, { tariffId: tariffs.year.id });
    expect(await system.outcome(user, first.commandId)).toEqual({ kind: 'rejected', reason: 'superseded' });
    await system.cancel(user);
    expect(await system.outcome(user, first.commandId)).toEqual({ kind: 'rejected', reason: 'superseded' });
    expect(await system.outcome(user, second.commandId)).toEqual({ kind: 'rejected', reason: 'canceled' });
  });

  test('keeps its outcome when its page is paid after all', async () => {
    const system = createTestSystem();
    const first = await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    await system.cancel(user);
    system.provider.finish(page, 'succeeded');
    await system.hint('payment', page);
    expect(await system.outcome(user, first.commandId)).toEqual({ kind: 'rejected', reason: 'canceled' });
  });

  test('keeps its page while the provider contradicts itself, until a person decides', async () => {
    const system = createTestSystem();
    const { commandId } = await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, 'succeeded');
    system.provider.alter(page, { accountId: 'another' });
    await system.hint('payment', page);
    expect((await system.outcome(user, commandId))?.kind).toBe('requires_action');
  });
});
