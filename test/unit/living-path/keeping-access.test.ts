import { describe, expect, test } from '@jest/globals';
import { reconcileEntitlements } from '../../../consumers/reconcile-entitlements.ts';
import type { Delivery } from '../../../src/application/ports/consumer.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { createRelay } from '../../../src/application/outbox/relay.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import { typeFromHeader } from '../../../src/messages/catalogue.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createTestSystem, type TestSystem, createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const deliveryOf = ({ topic, key, headers, value }: OutMessage): Delivery => ({
  ...{ topic, partition: 0, offset: '0', recordedAt: null, key, headers, value },
  type: typeFromHeader(headers['ce_type']) ?? 'unknown',
  trace: { correlationId: 'late', causationId: headers['ce_id'] ?? null },
});

const records = (system: TestSystem): readonly OutMessage[] =>
  system.messages.filter(({ topic, key }) => topic === topicNames.entitlements && key === user);

function keep(system: TestSystem, record: OutMessage | undefined, more: Partial<Delivery> = {}) {
  if (record === undefined) throw new Error('there is no such record');
  return reconcileEntitlements.handle(system.services, { ...deliveryOf(record), ...more });
}

/** Access was given and withdrawn: two records, of which the older one grants access. */
async function systemWithEnded(): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  await system.cancel(user, 'immediate');
  expect(records(system).map(({ value }) => value?.['active'])).toEqual([true, false]);
  return system;
}

describe('the keeper of the compacted topic', () => {
  test('ignores the newest record', async () => {
    const system = await createSystemWithActive(user);
    expect(await keep(system, records(system)[0])).toEqual({ kind: 'ignored', reason: 'is the newest record' });
    expect(records(system)).toHaveLength(1);
  });

  test('answers a late duplicate with the document’s own record, the same except for its time', async () => {
    const system = await systemWithEnded();
    const [older, newest] = records(system);
    expect(await keep(system, older)).toEqual({ kind: 'handled' });
    const repeat = records(system).at(-1);
    expect(repeat?.value).toEqual(newest?.value);
    expect(repeat?.schema).toBe(newest?.schema);
    const { entitlementSeq } = await system.state(user);
    expect(repeat?.headers).toMatchObject({
      ...{ ce_id: `${user}:${entitlementSeq}`, ce_sequence: String(entitlementSeq), ce_correlationid: 'late' },
      ce_causationid: older?.headers['ce_id'],
    });
    expect(newest?.headers['ce_id']).toBe(repeat?.headers['ce_id']);
  });

  test('ends: its own repeat causes no other, and nothing is saved', async () => {
    const system = await systemWithEnded();
    const before = await system.services.store.load(user);
    await keep(system, records(system)[0]);
    expect(await keep(system, records(system).at(-1))).toMatchObject({ kind: 'ignored' });
    expect(records(system)).toHaveLength(3);
    expect(await system.services.store.load(user)).toEqual(before);
  });

  test('waits with the record while Kafka is unavailable', async () => {
    const system = await systemWithEnded();
    const [older] = records(system);
    system.breakBroker(true);
    await expect(keep(system, older)).rejects.toThrow('broker is down');
    system.breakBroker(false);
    expect(await keep(system, older)).toEqual({ kind: 'handled' });
  });

  test('publishes the outbox first: no new number appears after a higher one', async () => {
    const system = await createSystemWithActive(user);
    system.breakBroker(true);
    await system.cancel(user, 'immediate');
    await system.pay(user);
    await system.payPage(user);
    const outage = { code: 'outbox_waits', retryable: true, queues: false };
    await expect(keep(system, records(system)[0])).rejects.toMatchObject(outage);
    system.breakBroker(false);
    expect(await keep(system, records(system)[0])).toEqual({ kind: 'handled' });
    const numbers = records(system).map(({ headers }) => Number(headers['ce_sequence']));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.at(-1)).toBe((await system.state(user)).entitlementSeq);
    expect(numbers).toHaveLength(4);
  });

  test('lets only the key of a user wait whose outbox cannot be published as it is, and no partition', async () => {
    const system = await createSystemWithActive(user);
    const [record] = records(system);
    system.breakBroker(true);
    await system.cancel(user, 'immediate');
    if (record === undefined) throw new Error('there is no such record');
    const relay = createRelay({
      store: system.services.store,
      readModels: { write: () => Promise.resolve() },
      publisher: { publish: () => Promise.reject(new Error('There is no schema of this name.')) },
      ...{ log: createLogRecorder(), clock: system.clock },
    });
    const kept = reconcileEntitlements.handle({ ...system.services, relay }, deliveryOf(record));
    await expect(kept).rejects.toMatchObject({ code: 'outbox_waits', retryable: false, queues: true });
  });

  test('repeats only what the document confirms', async () => {
    const system = await createSystemWithActive(user);
    const [record] = records(system);
    const ahead = { headers: { ...record?.headers, ce_sequence: '999' } };
    expect(await keep(system, record, ahead)).toEqual({ kind: 'ignored', reason: 'ahead of the document' });
    expect(await keep(system, record, { value: null })).toEqual({ kind: 'ignored', reason: 'tombstone' });
    expect(await keep(createTestSystem(), record)).toEqual({ kind: 'ignored', reason: 'no access was published' });
    expect(records(system)).toHaveLength(1);
  });

  test.each(['', '0', '-1', '1.5', '1e3', '9'.repeat(16)])(
    'dead-letters a record whose number is "%s"',
    async (sequence) => {
      const system = await createSystemWithActive(user);
      const [record] = records(system);
      const headers = { ...record?.headers, ce_sequence: sequence };
      await expect(keep(system, record, { headers })).rejects.toMatchObject({ code: 'invalid_sequence' });
      await expect(keep(system, record, { type: 'subscription.renewed' })).rejects.toMatchObject({
        code: 'unknown_type',
      });
    },
  );
});
