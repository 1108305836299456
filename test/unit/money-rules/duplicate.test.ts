import { expect, test } from '@jest/globals';
import { handleDuplicate } from '../../../src/application/handle-duplicate.ts';
import { Fault } from '../../../src/application/ports/fault.ts';
import { minuteMs } from '../../../src/domain/instant.ts';
import { createHouse, type House, houseWithActive } from '../../support/house.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const user = '11111111-1111-4111-8111-111111111111';

test('a second kept payment of a period, met by the ledger, is given back and the subscription held', async () => {
  const house = await houseWithActive(user);
  const row = house.ledgerRows().find((candidate) => candidate.ledger === 'payments');
  if (row?.ledger !== 'payments') throw new Error('no payment in the ledger');
  await handleDuplicate(house.services, user, row.row);
  await house.services.background.settled(minuteMs);
  await house.services.relay.idle();
  expect((await house.state(user)).subscription).toMatchObject({
    status: 'active',
    held: { reason: 'a period was paid for twice' },
  });
  const types = house.facts(user).map((event) => event.type);
  expect(types.slice(-3)).toEqual(['payment.duplicate_detected', 'refund.requested', 'refund.succeeded']);
  await handleDuplicate(house.services, user, row.row);
  expect(house.provider.entries().filter(({ object }) => object.object === 'refund')).toHaveLength(1);
});

/** The ledger knows another kept payment of the period that the user is about to pay for. */
async function houseWithRival(): Promise<House> {
  const house = createHouse();
  await house.pay(user);
  const open = (await house.state(user)).payment;
  if (open === null) throw new Error('no payment is open');
  const rival = { ...open, id: 'rival', state: 'succeeded' as const };
  const at = house.clock.now();
  const about = { userId: user, version: 1, at, place: 'closed' as const, reason: null, capturedAt: at, method: null };
  await house.ledgers.write([{ ...about, ledger: 'payments', id: rival.id, row: rival }]);
  return house;
}

const told = (house: House, type: string) => house.facts(user).filter((event) => event.type === type);
const refunds = (house: House) => house.provider.entries().filter(({ object }) => object.object === 'refund');

test('killed between the mark in the ledger and what is done about it, the sweep does it, once', async () => {
  const house = await houseWithRival();
  house.killAtDuplicates(true);
  await house.payPage(user);
  expect([refunds(house), told(house, 'payment.succeeded')]).toEqual([[], []]);
  house.killAtDuplicates(false);
  await house.pass(minuteMs);
  for (let time = 0; time < 3; time += 1) {
    await house.sweep();
    await house.pass(minuteMs);
  }
  expect(refunds(house)).toHaveLength(1);
  expect((await house.state(user)).subscription).toMatchObject({ held: { reason: 'a period was paid for twice' } });
  const events = ['payment.succeeded', 'payment.duplicate_detected', 'refund.requested', 'refund.succeeded'];
  expect(events.map((type) => told(house, type).length)).toEqual([1, 1, 1, 1]);
  expect((await house.services.store.load(user))?.outbox).toEqual([]);
});

test('a bug in mending is told and holds up no fact; an outage is waited out', async () => {
  const house = await houseWithActive(user);
  const row = house.ledgerRows().find((candidate) => candidate.ledger === 'payments');
  if (row?.ledger !== 'payments') throw new Error('no payment in the ledger');
  const log = createLogRecorder();
  const failing = (cause: Error) => ({
    ...house.services,
    log,
    store: { ...house.services.store, load: () => Promise.reject(cause) },
  });
  await handleDuplicate(failing(new TypeError('a bug')), user, row.row);
  expect(log.lines).toMatchObject([
    { level: 'error', message: 'a period was paid for twice, and could not be mended' },
  ]);
  const outage = new Fault('store_unavailable', 'away', { retryable: true });
  await expect(handleDuplicate(failing(outage), user, row.row)).rejects.toBe(outage);
});
