import { describe, expect, test } from '@jest/globals';
import { handleTimer } from '../../../src/application/handle-timer.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/instant.ts';
import { createHouse, houseWithActive, tariffs } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'test', causationId: null };

describe('a command long ago rejected', () => {
  test('is a repeat when it comes again, although nothing was ever published about the subscriber', async () => {
    const house = createHouse();
    const old = await house.pay(user, { tariffId: 'no-such-tariff' });
    for (let count = 0; count < 60; count += 1) await house.cancel(user);
    house.clock.advance(hourMs);
    expect(await house.deliver(old)).toEqual({ kind: 'ignored', reason: 'repeat' });
  });
});

describe('a charge reserved before a cancel was accepted', () => {
  test('is kept although its capture was reserved after it', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'waiting_for_capture' });
    house.clock.set(Date.parse('2026-02-28T09:00:00.000Z'));
    house.provider.script('answer', { kind: 'unsent', reason: 'refused' });
    await house.settle();
    const cancel = house.cancelCommand(user, 'period_end', house.clock.now() + 1_000);
    await house.pass(minuteMs, 5_000);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    await house.deliver(cancel);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });
});

describe('a second cancel at the end of the period', () => {
  test('turns away from the page that was opened since the first', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'insufficient_funds' });
    await house.pass(28 * dayMs + hourMs, 6 * hourMs);
    await house.cancel(user);
    await house.pay(user, { tariffId: tariffs.year.id });
    expect((await house.state(user)).payment?.state).toBe('requires_action');
    await house.cancel(user);
    expect((await house.state(user)).payment).toBe(null);
  });
});

describe('an expiry announced long ago', () => {
  test('gives no free day to a subscription whose renewal is still to come', async () => {
    const house = await houseWithActive(user);
    const { subscription } = await house.state(user);
    house.clock.advance(60 * dayMs);
    await handleTimer(
      house.services,
      user,
      { type: 'subscription.expiry_due', subscriptionId: subscription?.id ?? '', dueAt: 0 },
      trace,
    );
    await house.settle();
    const state = await house.state(user);
    // Paid after a gap: the new period begins with the capture.
    expect(state.subscription).toMatchObject({ term: { periodIndex: 1, periodStart: house.clock.now() } });
  });
});

describe('a subscriber whose paid time is over', () => {
  test('may buy again although the expiry has not been handled yet', async () => {
    const house = await houseWithActive(user, { renew: false });
    house.clock.advance(60 * dayMs);
    const again = await house.pay(user);
    expect((await house.outcome(user, again.commandId))?.kind).toBe('requires_action');
  });
});
