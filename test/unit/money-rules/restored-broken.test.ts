import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../../src/application/ports/faults.ts';
import { withMore } from '../../../src/application/restore/unrecalled.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem, tariffs } from '../../support/test-system.ts';
import { deliver, later, ordered, user } from './restored-system.ts';

// A subscriber whom the restore cannot bring up to what the provider has must keep no other from it, and no process from starting.

const other = '22222222-2222-4222-8222-222222222222';
const bug = new TypeError('a row that cannot be read');

/** Two subscribers who renew every day, and a backup of before two renewals of each. */
async function twoRenewed() {
  const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
  await system.pay(other, { tariffId: tariffs.day.id });
  await system.payPage(other);
  await system.pass(12 * hourMs);
  const backup = system.backUp();
  await system.pass(2 * dayMs, hourMs);
  // The services stand still for longer than a key lives.
  later(system, 25 * hourMs);
  return { system, backup };
}

const paidBy = (system: TestSystem, userId: string): number =>
  system.provider
    .entries()
    .filter(
      ({ object }) => object.object === 'payment' && object.status === 'succeeded' && object.metadata.userId === userId,
    ).length;

const pastThrows = ({ past }: CoreServices): Partial<CoreServices> => ({
  past: {
    ...past,
    findPayment: (userId, id) => (userId === other ? Promise.reject(bug) : past.findPayment(userId, id)),
  },
});

const documentThrows = ({ store }: CoreServices, cause: Error): Partial<CoreServices> => ({
  store: { ...store, load: (userId) => (userId === other ? Promise.reject(cause) : store.load(userId)) },
});

const line = { message: 'a restored subscriber cannot be recalled', fields: { userId: other } };

describe('a subscriber of whom a payment cannot be recalled', () => {
  test('is held and named, is charged for nothing, and keeps no other from it', async () => {
    const { system, backup } = await twoRenewed();
    const recalled = await system.restore(backup, undefined, pastThrows(system.services));
    const unrecalled = { userId: other, object: 'payment', id: expect.any(String) };
    expect(recalled).toMatchObject({ unavailable: null, unheld: [], unrecalled: [unrecalled, unrecalled, unrecalled] });
    expect(await system.state(user)).toMatchObject({ recalled: [], subscription: { term: { periodIndex: 2 } } });
    expect(system.errorLines()).toMatchObject([
      { ...line, fields: { objectType: 'payment', objectId: recalled.unrecalled[0]?.id } },
      { message: 'an operator must act', fields: { userId: other, rule: 'foreign_object' } },
    ]);
    const [before, beforeOfUser] = [paidBy(system, other), paidBy(system, user)];
    await system.pass(2 * dayMs, hourMs);
    expect(paidBy(system, other)).toBe(before);
    expect(paidBy(system, user)).toBeGreaterThan(beforeOfUser);
    expect(await system.state(other)).toMatchObject({
      subscription: { held: { reason: expect.stringContaining('recalled') } },
    });
  });

  test('is recalled by a further run once that is corrected, and released', async () => {
    const { system, backup } = await twoRenewed();
    await system.restore(backup, undefined, pastThrows(system.services));
    const before = paidBy(system, other);
    later(system, hourMs);
    const again = await system.restore({ ...backup, stoppedAt: system.clock.now() }, []);
    expect(again).toMatchObject({ unrecalled: [], unheld: [] });
    await deliver(
      system,
      ordered(system, { type: 'subscription.release', userId: other, reason: 'corrected' }, 'staff'),
    );
    await system.pass(hourMs, minuteMs);
    const { captures, subscription } = await system.state(other);
    expect(subscription).toMatchObject({ held: null });
    expect(captures.map(({ periodKey }) => periodKey).slice(0, 3)).toEqual(['initial', 'period:1', 'period:2']);
    // What was due since the services stopped, once.
    expect(paidBy(system, other) - before).toBeLessThanOrEqual(1);
    expect(captures).toHaveLength(paidBy(system, other));
  });

  test('is named where the document takes no change at all', async () => {
    const { system, backup } = await twoRenewed();
    const recalled = await system.restore(backup, undefined, documentThrows(system.services, bug));
    expect(recalled).toMatchObject({ unavailable: null, unheld: [other] });
    expect(recalled.unrecalled[0]).toEqual({ userId: other, object: null, id: null });
    expect(recalled.unrecalled.every(({ userId }) => userId === other)).toBe(true);
    expect(system.errorLines()).toMatchObject([line, line]);
    expect(await system.state(user)).toMatchObject({ recalled: [], subscription: { term: { periodIndex: 2 } } });
  });

  test('is one whose outbox alone cannot be published', async () => {
    const { system, backup } = await twoRenewed();
    const { relay } = system.services;
    const publish: typeof relay.publish = (userId, entries) =>
      userId === other ? Promise.resolve(false) : relay.publish(userId, entries);
    const documents = new Map(
      [...backup.documents].map(([userId, document]) => [
        userId,
        userId === other ? { ...document, outbox: [{ id: 'e', at: 0, messages: [], rows: [] }] } : document,
      ]),
    );
    const paused = { relay: { ...relay, publish, paused: () => [other] } };
    expect(await system.restore({ ...backup, documents }, undefined, paused)).toMatchObject({ unheld: [] });
    // Kafka does not answer: the command is run again.
    const unavailable = { relay: { ...relay, publish, paused: () => [] } };
    system.clock.advance(minuteMs);
    await expect(
      system.restore({ ...backup, documents, stoppedAt: system.clock.now() }, undefined, unavailable),
    ).rejects.toMatchObject({
      code: 'outbox_waits',
    });
  });
});

test('a MongoDB that does not answer ends the command, and no one is held', async () => {
  const { system, backup } = await twoRenewed();
  const unavailable = new Fault('store_unavailable', 'MongoDB does not answer', { retryable: true });
  await expect(system.restore(backup, undefined, documentThrows(system.services, unavailable))).rejects.toBe(
    unavailable,
  );
  expect(system.errorLines()).toEqual([]);
});

test('more than a thousand that cannot be recalled are no matter of single subscribers', () => {
  const many = Array.from({ length: 1_000 }, (_, n) => ({ userId: other, object: 'payment' as const, id: `p-${n}` }));
  expect(withMore(many.slice(1), many.slice(0, 1))).toHaveLength(1_000);
  expect(() => withMore(many, many.slice(0, 1))).toThrow('run the same command again');
});
