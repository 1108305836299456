import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const price = 29_900;

/** Those that we asked for. */
const ourRefunds = (system: TestSystem) =>
  system.provider
    .entries()
    .flatMap(({ object }) => (object.object === 'refund' ? [[object.status, object.amount.amountMinor]] : []));
const factsOf = (system: TestSystem, type: string) => system.facts(user).filter((fact) => fact.type === type);

/** A page that is paid after the subscriber left it: its money must go back. Its notification is lost. */
async function paidLate(system: TestSystem): Promise<string> {
  await system.pay(user);
  const page = (await system.state(user)).payment?.providerPaymentId ?? '';
  await system.cancel(user);
  system.provider.finish(page, 'succeeded');
  return page;
}

async function refundInCabinet(system: TestSystem, page: string, amountMinor?: number): Promise<void> {
  await system.hint('refund', system.provider.refundInCabinet(page, amountMinor));
}

describe('a refund of ours that the provider refused, where staff refund its payment in the cabinet', () => {
  async function refused() {
    const system = createTestSystem();
    const page = await paidLate(system);
    system.provider.scriptRefunds('insufficient_funds');
    await system.hint('payment', page);
    expect((await system.state(user)).refunds).toMatchObject([{ state: 'failed' }]);
    return { system, page };
  }

  test('in part: is asked again for what is left', async () => {
    const { system, page } = await refused();
    await refundInCabinet(system, page, 10_000);
    await system.pass(2 * hourMs);
    expect(ourRefunds(system)).toContainEqual(['succeeded', price - 10_000]);
    const { refunds, captures } = await system.state(user);
    expect([refunds, captures]).toMatchObject([[], [{ refundedMinor: price }]]);
  });

  test('in parts: all of them count', async () => {
    const { system, page } = await refused();
    await refundInCabinet(system, page, 10_000);
    await refundInCabinet(system, page, 5_000);
    await system.pass(2 * hourMs);
    expect(ourRefunds(system)).toContainEqual(['succeeded', price - 15_000]);
  });

  test('in full: is not asked again, and a fact says so', async () => {
    const { system, page } = await refused();
    await refundInCabinet(system, page);
    await system.pass(2 * dayMs);
    expect(ourRefunds(system)).toEqual([['canceled', price]]);
    expect(factsOf(system, 'refund.failed')).toMatchObject([
      { reason: 'insufficient_funds' },
      { reason: 'refunded_externally', retryAt: null },
    ]);
    const { refunds, captures } = await system.state(user);
    expect([refunds, captures]).toMatchObject([[], [{ refundedMinor: price }]]);
  });
});

describe('a refund of ours without an answer', () => {
  test('ends as the provider says, and is then asked again for what staff have left', async () => {
    const system = createTestSystem();
    const page = await paidLate(system);
    system.provider.script('not_done');
    await system.hint('payment', page);
    expect((await system.state(user)).refunds).toMatchObject([{ state: 'unknown' }]);
    await refundInCabinet(system, page, 10_000);
    for (let day = 0; day < 6; day += 1) await system.pass(dayMs);
    expect(ourRefunds(system)).toEqual([['succeeded', price - 10_000]]);
    expect((await system.state(user)).refunds).toEqual([]);
  });
});

describe('a refund of the cabinet that is known before its payment is', () => {
  test('counts in the capture of a page that was left: the rest is refunded', async () => {
    const system = createTestSystem();
    const page = await paidLate(system);
    await refundInCabinet(system, page, 10_000);
    await system.hint('payment', page);
    expect(ourRefunds(system)).toContainEqual(['succeeded', price - 10_000]);
    expect((await system.state(user)).captures).toMatchObject([{ refundedMinor: price }]);
  });

  test('counts in the capture of a payment that was closed without money: the rest is refunded', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, 'expired_on_confirmation');
    await system.hint('payment', page);
    system.provider.alter(page, { status: 'succeeded', capturedAt: system.clock.now(), cancellation: null });
    system.clock.advance(10 * minuteMs);
    await refundInCabinet(system, page, 10_000);
    await system.hint('payment', page);
    expect(ourRefunds(system)).toContainEqual(['succeeded', price - 10_000]);
    expect((await system.state(user)).captures).toMatchObject([{ refundedMinor: price }]);
  });

  test('of all its money leaves nothing to refund', async () => {
    const system = createTestSystem();
    const page = await paidLate(system);
    await refundInCabinet(system, page);
    await system.hint('payment', page);
    expect(ourRefunds(system)).toEqual([]);
    expect((await system.state(user)).captures).toMatchObject([{ refundedMinor: price }]);
  });

  test('counts in the capture of a page that buys its period', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, 'succeeded');
    await refundInCabinet(system, page, 10_000);
    await system.hint('payment', page);
    const { captures, subscription } = await system.state(user);
    expect([captures, subscription]).toMatchObject([[{ refundedMinor: 10_000 }], { status: 'active' }]);
  });
});
