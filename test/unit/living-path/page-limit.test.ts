import { describe, expect, test } from '@jest/globals';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { FakeFault } from '../../fakes/payment-provider.ts';
import { createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const { pagesPerDayMax } = defaultPolicy;
const refused = { kind: 'rejected', reason: 'too_many_tries' };

const buy = async (system: TestSystem) => system.outcome(user, (await system.pay(user)).commandId);
const bind = (system: TestSystem) =>
  system.order(user, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null });

async function buyAndLeave(system: TestSystem): Promise<void> {
  await system.pay(user);
  await system.payPage(user);
  await system.order(user, { type: 'subscription.cancel', mode: 'immediate', reason: null, refund: 'prorated' });
  await system.pass(minuteMs, minuteMs);
}

/** Each page ends without a method, as where the bank refuses a card that was stolen. */
async function tryCard(system: TestSystem): Promise<void> {
  await bind(system);
  await system.endBinding(user, 'inactive');
  await system.pass(minuteMs, minuteMs);
}

describe('the pages of a day are bounded', () => {
  test('for one who buys, leaves with the money back, and buys again', async () => {
    const system = createTestSystem();
    for (let time = 0; time < pagesPerDayMax; time += 1) await buyAndLeave(system);
    const posted = system.provider.entries().length;
    expect(await buy(system)).toEqual(refused);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'canceled' });
    expect(system.provider.entries()).toHaveLength(posted);
  });

  test('for one who tries card after card, and a purchase is one page of them', async () => {
    const system = createTestSystem();
    for (let time = 1; time < pagesPerDayMax; time += 1) await tryCard(system);
    expect(await buy(system)).toMatchObject({ kind: 'requires_action' });
    expect(await bind(system)).toEqual(refused);
  });

  test('and the next day they may go on', async () => {
    const system = createTestSystem();
    for (let time = 0; time < pagesPerDayMax; time += 1) await buyAndLeave(system);
    await system.pass(dayMs - hourMs, hourMs);
    expect(await buy(system)).toEqual(refused);
    await system.pass(hourMs, hourMs);
    expect(await buy(system)).toMatchObject({ kind: 'requires_action' });
    expect((await system.state(user)).pagesOpenedAt.length).toBeLessThanOrEqual(pagesPerDayMax);
  });

  test('the same page shown again is no further one, and stays the answer', async () => {
    const system = createTestSystem();
    const page = await buy(system);
    for (let time = 0; time < pagesPerDayMax; time += 1) expect(await buy(system)).toEqual(page);
    expect((await system.state(user)).pagesOpenedAt).toHaveLength(1);
  });
});

describe('a page that never was counts as none', () => {
  const unreached: FakeFault = { kind: 'unsent', reason: 'ECONNREFUSED' };
  const declined: FakeFault = { kind: 'refused', status: 403, code: 'forbidden', parameter: null };
  /** The first send, and a repeat after each pause. */
  const sends = 1 + defaultPolicy.unsentRepeatsMs.checkout.length;
  const disturbances = [
    ['the provider was not reached', 'provider_unreachable', Array.from({ length: sends }, () => unreached)],
    ['the provider has refused its request', 'provider_refused', [declined]],
  ] as const;

  test.each(disturbances)('to pay on, where %s', async (_why, reason, faults) => {
    const system = createTestSystem();
    for (let time = 0; time <= pagesPerDayMax; time += 1) {
      system.provider.script(...faults);
      const { commandId } = await system.pay(user);
      await system.pass(minuteMs, 5 * secondMs);
      expect(await system.outcome(user, commandId)).toEqual({ kind: 'rejected', reason });
    }
    expect((await system.state(user)).pagesOpenedAt).toEqual([]);
    expect(await buy(system)).toMatchObject({ kind: 'requires_action' });
  });

  test.each(disturbances)('to add a method, where %s', async (_why, _reason, faults) => {
    const system = createTestSystem();
    for (let time = 0; time <= pagesPerDayMax; time += 1) {
      system.provider.script(...faults);
      await bind(system);
      await system.pass(minuteMs, 5 * secondMs);
      expect((await system.state(user)).binding).toBeNull();
    }
    expect((await system.state(user)).pagesOpenedAt).toEqual([]);
    expect(await bind(system)).toMatchObject({ kind: 'requires_action' });
  });

  test('and takes no other page of that instant back', async () => {
    const system = createTestSystem();
    await bind(system);
    system.provider.script(declined);
    expect(await buy(system)).toEqual({ kind: 'rejected', reason: 'provider_refused' });
    expect((await system.state(user)).pagesOpenedAt).toHaveLength(1);
  });

  test.each([
    ['one whose request may have arrived', 'not_done'],
    ['one that was left', 'answer'],
  ] as const)('but %s counts', async (_name, fault) => {
    const system = createTestSystem();
    system.provider.script(fault);
    await system.pay(user);
    await system.cancel(user);
    await system.pass(2 * hourMs, minuteMs);
    expect((await system.state(user)).pagesOpenedAt).toHaveLength(1);
  });
});
