import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { sweepOutbox } from '../../../src/application/outbox/sweep-outbox.ts';
import { dayMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, type TestSystem } from '../../support/test-system.ts';
import { checkAlways, checkConverged } from '../../support/invariants.ts';
import { step, take, users } from './storm-steps.ts';
import { createWitness } from './storm-witness.ts';
import { createWorld, turns, type World } from './storm-world.ts';

async function somethingIsOut(system: TestSystem): Promise<boolean> {
  for (const user of users) {
    const subscriber = (await system.services.store.load(user))?.subscriber;
    if (
      subscriber !== undefined &&
      (subscriber.payment !== null || subscriber.refunds.length > 0 || subscriber.watched.length > 0)
    )
      return true;
  }
  return false;
}

/** Ends that need no action: open pages expire, and uncaptured authorizations are released. */
async function endAll(system: TestSystem, holdsToo: boolean): Promise<void> {
  for (const { object } of system.provider.entries())
    if (object.status === 'pending')
      system.provider.finish(object.id, object.object === 'payment' ? 'expired_on_confirmation' : 'succeeded');
  for (const user of users) {
    const subscriber = (await system.services.store.load(user))?.subscriber;
    const open = holdsToo && subscriber?.payment?.step === 'capture' ? [subscriber.payment] : [];
    for (const payment of [...open, ...(subscriber?.watched ?? [])]) {
      const held = system.provider
        .entries()
        .find(({ object }) => object.metadata.paymentId === payment.id && object.status === 'waiting_for_capture');
      if (held !== undefined)
        system.provider.alter(held.object.id, {
          status: 'canceled',
          cancellation: { reason: 'expired_on_capture', party: 'yoo_money' },
        });
    }
  }
}

async function calm(system: TestSystem, world: World): Promise<void> {
  system.breakBroker(false);
  world.calm();
  system.provider.failReads(0);
  system.provider.script();
  system.provider.release('timeout');
  for (const user of users)
    for (const method of (await system.services.store.load(user))?.subscriber.methods ?? [])
      system.provider.setMethod(method.id, { always: 'succeeded', next: null });
  system.provider.setSlots(1_000);
  await endAll(system, false);
  await world.deliverUnread();
  await world.pass(3 * dayMs, 20 * minuteMs);
  for (let round = 0; round < 1_500 && (await somethingIsOut(system)); round += 1) {
    await endAll(system, true);
    await world.pass(30 * minuteMs, 10 * minuteMs);
  }
  await sweepOutbox(world.alive());
  await turns(20);
}

describe('hangs, kills and outages of weeks', () => {
  test('money and access never disagree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.nat(3), async (steps, oneInFour) => {
        const system = createTestSystem();
        if (oneInFour > 0) system.provider.keepPagesOpen();
        const world = createWorld(system);
        const witness = createWitness(system);
        for (const wanted of steps) {
          await take(system, world, witness, wanted);
          await turns(10);
          for (const user of users) await checkAlways(system, user);
          for (const user of users) await witness.check(user);
        }
        await calm(system, world);
        for (const user of users) await checkConverged(system, user);
        for (const user of users) await witness.checkBought(user);
      }),
      { numRuns: Number(process.env['INVARIANT_RUNS'] ?? 150), endOnFailure: process.env['END'] === '1' },
    );
  }, 900_000);
});
