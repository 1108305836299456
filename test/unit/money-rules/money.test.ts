import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/instant.ts';
import { createHouse, houseWithActive, tariffs } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

/** A page paid after its cancel, whose refund the provider has refused once. */
async function houseWithRefusedRefund() {
  const house = createHouse();
  await house.pay(user);
  const page = (await house.state(user)).payment?.providerPaymentId ?? '';
  await house.cancel(user);
  house.provider.scriptRefunds('insufficient_funds', 'succeeded');
  house.provider.finish(page, 'succeeded');
  await house.hint('payment', page);
  const first = house.provider.entries().find(({ object }) => object.object === 'refund')?.object.id ?? '';
  expect((await house.state(user)).refunds).toMatchObject([{ attemptNo: 1, state: 'failed' }]);
  return { house, page, first };
}

describe('a refund asked again with a new key', () => {
  test('is not failed by a late notification about the refused one', async () => {
    const { house, first } = await houseWithRefusedRefund();
    house.provider.script('lost');
    await house.pass(hourMs + minuteMs / 2, 30_000);
    expect((await house.state(user)).refunds).toMatchObject([{ attemptNo: 2, state: 'unknown' }]);
    await house.hint('refund', first);
    await house.pass(dayMs);
    expect((await house.state(user)).refunds).toEqual([]);
    expect(types(house.facts(user)).filter((type) => type === 'refund.failed')).toHaveLength(1);
  });

  test('is not failed by a search that finds the refused one only, and is asked again once it is proved absent', async () => {
    const { house } = await houseWithRefusedRefund();
    house.provider.script({ kind: 'key_conflict' });
    await house.pass(hourMs + 10 * minuteMs, minuteMs);
    expect((await house.state(user)).refunds).toMatchObject([{ attemptNo: 2, state: 'unknown' }]);
    await house.pass(4 * dayMs, 10 * minuteMs);
    expect((await house.state(user)).refunds).toEqual([]);
    const back = house.provider
      .entries()
      .filter(({ object }) => object.object === 'refund' && object.status === 'succeeded');
    expect(back).toHaveLength(1);
  });
});

describe('a cancel that is handled long after it was accepted', () => {
  test('takes back every renewal that was charged meanwhile', async () => {
    const house = await houseWithActive(user, { tariffId: tariffs.day.id });
    const cancel = house.cancelCommand(user, 'period_end', house.clock.now() + hourMs);
    await house.pass(2 * dayMs + hourMs, hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ term: { periodIndex: 2 } });
    await house.deliver(cancel);
    await house.pass(hourMs);
    const state = await house.state(user);
    expect(state.subscription).toMatchObject({ status: 'expired', term: { periodIndex: 0 } });
    expect(state.settled.map(({ kind, refundedMinor }) => [kind, refundedMinor > 0])).toEqual([
      ['checkout', false],
      ['charge', true],
      ['charge', true],
    ]);
  });
});

describe('a cancel handled while the period after the taken-back one is past due', () => {
  test('leaves no access that nobody paid for', async () => {
    const house = await houseWithActive(user, { tariffId: tariffs.day.id });
    const cancel = house.cancelCommand(user, 'period_end', house.clock.now() + hourMs);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    await house.pass(dayMs + hourMs, hourMs);
    house.provider.setMethod(method, { always: 'insufficient_funds' });
    await house.pass(dayMs, hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'past_due', term: { periodIndex: 1 } });
    await house.deliver(cancel);
    await house.pass(minuteMs);
    const state = await house.state(user);
    expect(state.settled.map(({ refundedMinor }) => refundedMinor > 0)).toEqual([false, true]);
    expect(state.entitlement?.active).toBe(false);
  });
});

describe('watched payments', () => {
  test('never exceed eight, however often somebody buys and cancels', async () => {
    const house = createHouse();
    for (let round = 0; round < 12; round += 1) {
      await house.pay(user);
      await house.cancel(user);
    }
    expect((await house.state(user)).watched.length).toBeLessThanOrEqual(8);
  });

  test('never exceed eight when the newest page is cancelled after seven others', async () => {
    const house = createHouse();
    for (let round = 0; round < 12; round += 1)
      await house.pay(user, { tariffId: round % 2 === 0 ? tariffs.day.id : tariffs.year.id });
    await house.cancel(user);
    expect((await house.state(user)).watched.length).toBeLessThanOrEqual(8);
  });
});

describe('a capture', () => {
  async function houseWithHold() {
    const house = createHouse();
    await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    house.provider.finish(page, 'waiting_for_capture');
    return { house, page };
  }

  test('that the provider refuses leaves the payment watched over until the provider says how it ended', async () => {
    const { house, page } = await houseWithHold();
    house.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: null });
    await house.hint('payment', page);
    house.provider.alter(page, { status: 'succeeded', capturedAt: house.clock.now() });
    await house.pass(dayMs, hourMs);
    const state = await house.state(user);
    const kept =
      state.subscription?.status === 'active' || state.settled.some(({ refundedMinor }) => refundedMinor > 0);
    expect(kept).toBe(true);
  });

  test('that the provider refuses keeps nobody waiting for his purchase until the hold is over', async () => {
    const house = createHouse();
    house.provider.script('lost');
    const { commandId } = await house.pay(user);
    const id = house.provider.entries()[0]?.object.id ?? '';
    house.provider.finish(id, 'waiting_for_capture');
    house.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: null });
    expect(await house.outcome(user, commandId)).toBeNull();
    await house.hint('payment', id);
    expect(await house.outcome(user, commandId)).toEqual({ kind: 'rejected', reason: 'provider_refused' });
  });

  test('that could not be sent for a while is sent again', async () => {
    const { house, page } = await houseWithHold();
    house.provider.script(...Array.from({ length: 6 }, () => ({ kind: 'unsent' as const, reason: 'refused' })));
    await house.hint('payment', page);
    await house.pass(hourMs, 10_000);
    await house.pass(dayMs, hourMs);
    expect((await house.state(user)).subscription?.status).toBe('active');
  });
});
