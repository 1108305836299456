import { expect, test } from '@jest/globals';
import { handleDuplicate } from '../../../src/application/operations/handle-duplicate.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, type TestSystem, createSystemWithActive } from '../../support/test-system.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const user = '11111111-1111-4111-8111-111111111111';

test('a second kept payment of a period, found by the read model, is refunded, and billing is held', async () => {
  const system = await createSystemWithActive(user);
  const row = system.readModelRows().find((candidate) => candidate.model === 'payments');
  if (row?.model !== 'payments') throw new Error('no payment in the read model');
  await handleDuplicate(system.services, user, row.row);
  await system.services.background.drained(minuteMs);
  await system.services.relay.idle();
  expect((await system.state(user)).subscription).toMatchObject({
    status: 'active',
    held: { reason: 'a period was paid for twice' },
  });
  const types = system.facts(user).map((event) => event.type);
  expect(types.slice(-3)).toEqual(['payment.duplicate_detected', 'refund.requested', 'refund.succeeded']);
  await handleDuplicate(system.services, user, row.row);
  expect(system.provider.entries().filter(({ object }) => object.object === 'refund')).toHaveLength(1);
});

/** The read model has another kept payment of the period that the user is about to pay for. */
async function systemWithRival(): Promise<TestSystem> {
  const system = createTestSystem();
  await system.pay(user);
  const open = (await system.state(user)).payment;
  if (open === null) throw new Error('no payment is open');
  const rival = { ...open, id: 'rival', state: 'succeeded' as const };
  const at = system.clock.now();
  const about = { userId: user, version: 1, at, place: 'closed' as const, reason: null, capturedAt: at, method: null };
  await system.readModels.write([{ ...about, model: 'payments', id: rival.id, row: rival }]);
  return system;
}

const published = (system: TestSystem, type: string) => system.facts(user).filter((event) => event.type === type);
const refunds = (system: TestSystem) => system.provider.entries().filter(({ object }) => object.object === 'refund');

test('after a kill between the mark in the read model and the reaction, the sweep reacts, once', async () => {
  const system = await systemWithRival();
  system.killAtDuplicates(true);
  await system.payPage(user);
  expect([refunds(system), published(system, 'payment.succeeded')]).toEqual([[], []]);
  system.killAtDuplicates(false);
  await system.pass(minuteMs);
  for (let time = 0; time < 3; time += 1) {
    await system.sweep();
    await system.pass(minuteMs);
  }
  expect(refunds(system)).toHaveLength(1);
  expect((await system.state(user)).subscription).toMatchObject({ held: { reason: 'a period was paid for twice' } });
  const events = ['payment.succeeded', 'payment.duplicate_detected', 'refund.requested', 'refund.succeeded'];
  expect(events.map((type) => published(system, type).length)).toEqual([1, 1, 1, 1]);
  expect((await system.services.store.load(user))?.outbox).toEqual([]);
});

test('a bug in the reaction is logged and delays no fact; an outage is waited out', async () => {
  const system = await createSystemWithActive(user);
  const row = system.readModelRows().find((candidate) => candidate.model === 'payments');
  if (row?.model !== 'payments') throw new Error('no payment in the read model');
  const log = createLogRecorder();
  const failing = (cause: Error) => ({
    ...system.services,
    log,
    store: { ...system.services.store, load: () => Promise.reject(cause) },
  });
  await handleDuplicate(failing(new TypeError('a bug')), user, row.row);
  expect(log.lines).toMatchObject([{ level: 'error', message: 'a period was paid for twice, and was not refunded' }]);
  const outage = new Fault('store_unavailable', 'away', { retryable: true });
  await expect(handleDuplicate(failing(outage), user, row.row)).rejects.toBe(outage);
});
