import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/instant.ts';
import { defaultPolicy } from '../../../src/domain/policy.ts';
import { createHouse, houseWithActive, tariffs } from '../../support/house.ts';
import type { House } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';
const film = (number: number) => `https://cinema.example/return?film=${number}`;

async function pageOf(house: House): Promise<string> {
  const { payment } = await house.state(user);
  if (payment?.confirmationUrl == null) throw new Error('no page is open');
  return payment.confirmationUrl;
}

async function pastDueHouse(): Promise<House> {
  const house = await houseWithActive(user);
  house.provider.setMethod((await house.state(user)).methods[0]?.id ?? '', { always: 'insufficient_funds' });
  await house.pass(28 * dayMs, 6 * hourMs);
  return house;
}

/** Somebody who may pay at a page, and what that page leads to. */
const situations: readonly (readonly [string, () => Promise<House>])[] = [
  ['a first purchase', () => Promise.resolve(createHouse())],
  ['a payment while past due', pastDueHouse],
];

describe.each(situations)('an open page of %s', (_name, open) => {
  test.each([null, film(1)])('is shown again to whoever goes back to the same address, %s', async (returnUrl) => {
    const house = await open();
    await house.pay(user, { returnUrl });
    const page = await pageOf(house);
    await house.pay(user, { returnUrl });
    expect(await pageOf(house)).toBe(page);
    expect((await house.state(user)).watched).toEqual([]);
  });

  test.each([
    ['another address', film(1), film(2)],
    ['an address of its own', null, film(1)],
    ['the configured address', film(1), null],
  ])('makes way for one that leads to %s, and is watched', async (_where, first, second) => {
    const house = await open();
    const old = await house.pay(user, { returnUrl: first });
    const page = await pageOf(house);
    await house.pay(user, { returnUrl: second });
    expect(await pageOf(house)).not.toBe(page);
    expect((await house.state(user)).watched).toMatchObject([{ confirmationUrl: page, watchedBecause: 'superseded' }]);
    expect(await house.outcome(user, old.commandId)).toEqual({ kind: 'rejected', reason: 'superseded' });
    await house.payPage(user);
    expect((await house.state(user)).subscription?.status).toBe('active');
  });

  test('is shown for any address when no further page may be opened', async () => {
    const house = await open();
    for (let number = 1; number <= defaultPolicy.watchedMax; number += 1) {
      await house.pay(user, { returnUrl: film(number) });
    }
    const page = await pageOf(house);
    const anywhere = await house.pay(user, { returnUrl: film(99) });
    expect(await house.outcome(user, anywhere.commandId)).toMatchObject({ redirectUrl: page });
    const other = await house.pay(user, { renew: false, returnUrl: film(99) });
    expect(await house.outcome(user, other.commandId)).toEqual({ kind: 'rejected', reason: 'too_many_open_pages' });
    expect(await pageOf(house)).toBe(page);
    expect((await house.state(user)).watched).toHaveLength(defaultPolicy.watchedMax - 1);
  });

  test.each([46, 59, 62])('is not shown %i minutes later, when it is over or about to be', async (minutes) => {
    const house = await open();
    await house.pay(user);
    const { payment: old } = await house.state(user);
    if (minutes >= 60) house.provider.finish(old?.providerPaymentId ?? '', 'expired_on_confirmation');
    house.clock.advance(minutes * minuteMs);
    await house.pay(user);
    const state = await house.state(user);
    expect(state.watched).toMatchObject([{ id: old?.id }]);
    expect(state.payment).toMatchObject({ state: 'requires_action', createdAt: house.clock.now() });
    expect(state.payment?.id).not.toBe(old?.id);
    if (minutes < 60) house.provider.finish(old?.providerPaymentId ?? '', 'expired_on_confirmation');
    await house.pass(30 * minuteMs, minuteMs);
    expect((await house.state(user)).watched).toEqual([]);
    await house.payPage(user);
    expect((await house.state(user)).subscription?.status).toBe('active');
  });

  test('is shown again while there is time to pay', async () => {
    const house = await open();
    await house.pay(user);
    const page = await pageOf(house);
    house.clock.advance(44 * minuteMs);
    await house.pay(user);
    expect(await pageOf(house)).toBe(page);
  });
});

test('a page of which it is not known where it leads makes way for one of which it is', async () => {
  const house = createHouse();
  await house.pay(user);
  const stored = await house.services.store.load(user);
  if (stored?.subscriber.payment == null) throw new Error('no page is open');
  const { returnUrlHash, ...payment } = stored.subscriber.payment;
  expect(returnUrlHash).toBeNull();
  const { announce, version: expectedVersion } = stored;
  const subscriber = { ...stored.subscriber, payment };
  await house.services.store.save({ subscriber, expectedVersion, saveId: 'older', announce, entry: null });
  await house.pay(user);
  expect((await house.state(user)).watched).toMatchObject([{ id: payment.id }]);
});

test('money that is on hold, or on its way, is waited for, however old its page is', async () => {
  const house = createHouse();
  const command = await house.pay(user);
  const { payment } = await house.state(user);
  house.provider.finish(payment?.providerPaymentId ?? '', 'waiting_for_capture');
  house.provider.script('lost');
  await house.hint('payment', payment?.providerPaymentId ?? '');
  house.clock.advance(50 * minuteMs);
  expect((await house.state(user)).payment).toMatchObject({ id: payment?.id, step: 'capture' });
  const again = await house.pay(user);
  expect((await house.state(user)).watched).toEqual([]);
  await house.pass(2 * hourMs);
  const completed = { kind: 'completed', subscriptionId: payment?.subscriptionId };
  expect(await house.outcome(user, command.commandId)).toEqual(completed);
  expect(await house.outcome(user, again.commandId)).toEqual(completed);
});

describe('a command that was answered with a page', () => {
  test('is completed once the page is paid, as every other that was shown it', async () => {
    const house = createHouse();
    const [first, second] = [await house.pay(user), await house.pay(user)];
    expect((await house.outcome(user, first.commandId))?.kind).toBe('requires_action');
    const { subscriptionId } = await house.payPage(user);
    for (const { commandId } of [first, second]) {
      expect(await house.outcome(user, commandId)).toEqual({ kind: 'completed', subscriptionId });
    }
    await house.pass(40 * dayMs, 6 * hourMs);
    expect(await house.outcome(user, first.commandId)).toEqual({ kind: 'completed', subscriptionId });
  });

  test.each(['insufficient_funds', 'expired_on_confirmation'] as const)('is rejected at %s', async (ending) => {
    const house = createHouse();
    const { commandId } = await house.pay(user);
    house.provider.finish((await house.state(user)).payment?.providerPaymentId ?? '', ending);
    await house.pass(2 * hourMs);
    expect(await house.outcome(user, commandId)).toEqual({ kind: 'rejected', reason: 'payment_declined' });
  });

  test('is told of the purchase that replaced it, and of the cancel that ended it', async () => {
    const house = createHouse();
    const first = await house.pay(user);
    const second = await house.pay(user, { tariffId: tariffs.year.id });
    expect(await house.outcome(user, first.commandId)).toEqual({ kind: 'rejected', reason: 'superseded' });
    await house.cancel(user);
    expect(await house.outcome(user, first.commandId)).toEqual({ kind: 'rejected', reason: 'superseded' });
    expect(await house.outcome(user, second.commandId)).toEqual({ kind: 'rejected', reason: 'canceled' });
  });

  test('keeps its end when the page that it was shown is paid after all', async () => {
    const house = createHouse();
    const first = await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    await house.cancel(user);
    house.provider.finish(page, 'succeeded');
    await house.hint('payment', page);
    expect(await house.outcome(user, first.commandId)).toEqual({ kind: 'rejected', reason: 'canceled' });
  });

  test('stands at its page while the provider contradicts itself, until a person has looked', async () => {
    const house = createHouse();
    const { commandId } = await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    house.provider.finish(page, 'succeeded');
    house.provider.alter(page, { accountId: 'another' });
    await house.hint('payment', page);
    expect((await house.outcome(user, commandId))?.kind).toBe('requires_action');
  });
});
