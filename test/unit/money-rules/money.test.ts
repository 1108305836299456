import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, createSystemWithActive, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

/** A page paid after its cancel, whose refund the provider has refused once. */
async function systemWithRefusedRefund() {
  const system = createTestSystem();
  await system.pay(user);
  const page = (await system.state(user)).payment?.providerPaymentId ?? '';
  await system.cancel(user);
  system.provider.scriptRefunds('insufficient_funds', 'succeeded');
  system.provider.finish(page, 'succeeded');
  await system.hint('payment', page);
  const first = system.provider.entries().find(({ object }) => object.object === 'refund')?.object.id ?? '';
  expect((await system.state(user)).refunds).toMatchObject([{ attemptNo: 1, state: 'failed' }]);
  return { system, page, first };
}

describe('a refund requested again with a new key', () => {
  test('is not failed by a late notification about the refused one', async () => {
    const { system, first } = await systemWithRefusedRefund();
    system.provider.script('lost');
    await system.pass(hourMs + minuteMs / 2, 30_000);
    expect((await system.state(user)).refunds).toMatchObject([{ attemptNo: 2, state: 'unknown' }]);
    await system.hint('refund', first);
    await system.pass(dayMs);
    expect((await system.state(user)).refunds).toEqual([]);
    expect(types(system.facts(user)).filter((type) => type === 'refund.failed')).toHaveLength(1);
  });

  test('is not failed by a search that finds the refused one only, and is requested again once it is proved absent', async () => {
    const { system } = await systemWithRefusedRefund();
    system.provider.script({ kind: 'key_conflict' });
    await system.pass(hourMs + 10 * minuteMs, minuteMs);
    expect((await system.state(user)).refunds).toMatchObject([{ attemptNo: 2, state: 'unknown' }]);
    await system.pass(4 * dayMs, 10 * minuteMs);
    expect((await system.state(user)).refunds).toEqual([]);
    const back = system.provider
      .entries()
      .filter(({ object }) => object.object === 'refund' && object.status === 'succeeded');
    expect(back).toHaveLength(1);
  });
});

describe('a cancel that is handled long after it was accepted', () => {
  test('refunds every renewal that was charged meanwhile', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const cancel = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
    await system.pass(2 * dayMs + hourMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ term: { periodIndex: 2 } });
    await system.deliver(cancel);
    await system.pass(hourMs);
    const state = await system.state(user);
    expect(state.subscription).toMatchObject({ status: 'expired', term: { periodIndex: 0 } });
    expect(state.captures.map(({ kind, refundedMinor }) => [kind, refundedMinor > 0])).toEqual([
      ['checkout', false],
      ['charge', true],
      ['charge', true],
    ]);
  });
});

describe('a cancel handled while the period after the refunded one is past due', () => {
  test('leaves no unpaid access', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const cancel = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    await system.pass(dayMs + hourMs, hourMs);
    system.provider.setMethod(method, { always: 'insufficient_funds' });
    await system.pass(dayMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'past_due', term: { periodIndex: 1 } });
    await system.deliver(cancel);
    await system.pass(minuteMs);
    const state = await system.state(user);
    expect(state.captures.map(({ refundedMinor }) => refundedMinor > 0)).toEqual([false, true]);
    expect(state.entitlement?.active).toBe(false);
  });
});

describe('watched payments', () => {
  test('never exceed eight, however often a subscriber buys and cancels', async () => {
    const system = createTestSystem();
    for (let round = 0; round < 12; round += 1) {
      await system.pay(user);
      await system.cancel(user);
    }
    expect((await system.state(user)).watched.length).toBeLessThanOrEqual(8);
  });

  test('never exceed eight when the newest page is cancelled after seven others', async () => {
    const system = createTestSystem();
    for (let round = 0; round < 12; round += 1)
      await system.pay(user, { tariffId: round % 2 === 0 ? tariffs.day.id : tariffs.year.id });
    await system.cancel(user);
    expect((await system.state(user)).watched.length).toBeLessThanOrEqual(8);
  });
});

describe('a capture', () => {
  async function systemWithHold() {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, 'waiting_for_capture');
    return { system, page };
  }

  test('that the provider refuses keeps the payment watched until the provider reports its end', async () => {
    const { system, page } = await systemWithHold();
    system.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: null });
    await system.hint('payment', page);
    system.provider.alter(page, { status: 'succeeded', capturedAt: system.clock.now() });
    await system.pass(dayMs, hourMs);
    const state = await system.state(user);
    const kept =
      state.subscription?.status === 'active' || state.captures.some(({ refundedMinor }) => refundedMinor > 0);
    expect(kept).toBe(true);
  });

  test('that the provider refuses does not keep the purchase waiting until the authorization ends', async () => {
    const system = createTestSystem();
    system.provider.script('lost');
    const { commandId } = await system.pay(user);
    const id = system.provider.entries()[0]?.object.id ?? '';
    system.provider.finish(id, 'waiting_for_capture');
    system.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: null });
    expect(await system.outcome(user, commandId)).toBeNull();
    await system.hint('payment', id);
    expect(await system.outcome(user, commandId)).toEqual({ kind: 'rejected', reason: 'provider_refused' });
  });

  test('that could not be sent for a while is sent again', async () => {
    const { system, page } = await systemWithHold();
    system.provider.script(...Array.from({ length: 6 }, () => ({ kind: 'unsent' as const, reason: 'refused' })));
    await system.hint('payment', page);
    await system.pass(hourMs, 10_000);
    await system.pass(dayMs, hourMs);
    expect((await system.state(user)).subscription?.status).toBe('active');
  });
});
