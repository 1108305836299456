import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { sweepOutbox } from '../../../src/application/sweep-outbox.ts';
import { dayMs, minuteMs } from '../../../src/domain/instant.ts';
import { createHouse, type House } from '../../support/house.ts';
import { checkAlways, checkSettled } from '../../support/invariants.ts';
import { step, take, users } from './storm-steps.ts';
import { makeWitness } from './storm-witness.ts';
import { makeWorld, turns, type World } from './storm-world.ts';

async function somethingIsOut(house: House): Promise<boolean> {
  for (const user of users) {
    const subscriber = (await house.services.store.load(user))?.subscriber;
    if (
      subscriber !== undefined &&
      (subscriber.payment !== null || subscriber.refunds.length > 0 || subscriber.watched.length > 0)
    )
      return true;
  }
  return false;
}

/** What nobody will end any more: pages left open expire, holds that nobody captures return to their owner. */
async function endAll(house: House, holdsToo: boolean): Promise<void> {
  for (const { object } of house.provider.entries())
    if (object.status === 'pending')
      house.provider.finish(object.id, object.object === 'payment' ? 'expired_on_confirmation' : 'succeeded');
  for (const user of users) {
    const subscriber = (await house.services.store.load(user))?.subscriber;
    const open = holdsToo && subscriber?.payment?.step === 'capture' ? [subscriber.payment] : [];
    for (const payment of [...open, ...(subscriber?.watched ?? [])]) {
      const held = house.provider
        .entries()
        .find(({ object }) => object.metadata.paymentId === payment.id && object.status === 'waiting_for_capture');
      if (held !== undefined)
        house.provider.alter(held.object.id, {
          status: 'canceled',
          cancellation: { reason: 'expired_on_capture', party: 'yoo_money' },
        });
    }
  }
}

async function calm(house: House, world: World): Promise<void> {
  house.breakBroker(false);
  world.calm();
  house.provider.failReads(0);
  house.provider.script();
  house.provider.release('timeout');
  for (const user of users)
    for (const method of (await house.services.store.load(user))?.subscriber.methods ?? [])
      house.provider.setMethod(method.id, { always: 'succeeded', next: null });
  house.provider.setSlots(1_000);
  await endAll(house, false);
  await world.deliverUnread();
  await world.pass(3 * dayMs, 20 * minuteMs);
  for (let round = 0; round < 1_500 && (await somethingIsOut(house)); round += 1) {
    await endAll(house, true);
    await world.pass(30 * minuteMs, 10 * minuteMs);
  }
  await sweepOutbox(world.alive());
  await turns(20);
}

describe('whatever hangs, dies or is out for weeks', () => {
  test('money and access never disagree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const house = createHouse();
        const world = makeWorld(house);
        const witness = makeWitness(house);
        for (const wanted of steps) {
          await take(house, world, witness, wanted);
          await turns(10);
          for (const user of users) await checkAlways(house, user);
          for (const user of users) await witness.check(user);
        }
        await calm(house, world);
        for (const user of users) await checkSettled(house, user);
        for (const user of users) await witness.checkBought(user);
      }),
      { numRuns: Number(process.env['INVARIANT_RUNS'] ?? 100), endOnFailure: process.env['END'] === '1' },
    );
  }, 900_000);
});
