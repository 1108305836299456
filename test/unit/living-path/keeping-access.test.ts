import { describe, expect, test } from '@jest/globals';
import { keepEntitlements } from '../../../consumers/keep-entitlements.ts';
import type { Delivery } from '../../../src/application/ports/doors.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import { typeFromHeader } from '../../../src/messages/catalogue.ts';
import { createHouse, type House, houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

const deliveryOf = ({ topic, key, headers, value }: OutMessage): Delivery => ({
  ...{ topic, partition: 0, offset: '0', key, headers, value },
  type: typeFromHeader(headers['ce_type']) ?? 'unknown',
  trace: { correlationId: 'late', causationId: headers['ce_id'] ?? null },
});

const records = (house: House): readonly OutMessage[] =>
  house.messages.filter(({ topic, key }) => topic === topicNames.entitlements && key === user);

const keep = (house: House, record: OutMessage | undefined, more: Partial<Delivery> = {}) => {
  if (record === undefined) throw new Error('there is no such record');
  return keepEntitlements.handle(house.services, { ...deliveryOf(record), ...more });
};

/** Access was given and taken again: two records, and the older one says that the user may watch. */
async function houseWithEnded(): Promise<House> {
  const house = await houseWithActive(user);
  await house.cancel(user, 'immediate');
  expect(records(house).map(({ value }) => value?.['active'])).toEqual([true, false]);
  return house;
}

describe('the keeper of the compacted topic', () => {
  test('leaves the last word alone', async () => {
    const house = await houseWithActive(user);
    expect(await keep(house, records(house)[0])).toEqual({ kind: 'ignored', reason: 'is the last word' });
    expect(records(house)).toHaveLength(1);
  });

  test('answers a late duplicate with the document’s own record, the same but for the time it was said', async () => {
    const house = await houseWithEnded();
    const [older, newest] = records(house);
    expect(await keep(house, older)).toEqual({ kind: 'handled' });
    const repeat = records(house).at(-1);
    expect(repeat?.value).toEqual(newest?.value);
    expect(repeat?.schema).toBe(newest?.schema);
    const { entitlementSeq } = await house.state(user);
    expect(repeat?.headers).toMatchObject({
      ...{ ce_id: `${user}:${entitlementSeq}`, ce_sequence: String(entitlementSeq), ce_correlationid: 'late' },
      ce_causationid: older?.headers['ce_id'],
    });
    expect(newest?.headers['ce_id']).toBe(repeat?.headers['ce_id']);
  });

  test('comes to an end: its own repeat needs no other, and nothing was saved', async () => {
    const house = await houseWithEnded();
    const before = await house.services.store.load(user);
    await keep(house, records(house)[0]);
    expect(await keep(house, records(house).at(-1))).toMatchObject({ kind: 'ignored' });
    expect(records(house)).toHaveLength(3);
    expect(await house.services.store.load(user)).toEqual(before);
  });

  test('waits with the record while Kafka is away', async () => {
    const house = await houseWithEnded();
    const [older] = records(house);
    house.breakBroker(true);
    await expect(keep(house, older)).rejects.toThrow('broker is down');
    house.breakBroker(false);
    expect(await keep(house, older)).toEqual({ kind: 'handled' });
  });

  test('lets the outbox go first: no number appears behind a higher one that nobody had heard before', async () => {
    const house = await houseWithActive(user);
    house.breakBroker(true);
    await house.cancel(user, 'immediate');
    await house.pay(user);
    await house.payPage(user);
    await expect(keep(house, records(house)[0])).rejects.toMatchObject({ code: 'outbox_waits', retryable: true });
    house.breakBroker(false);
    expect(await keep(house, records(house)[0])).toEqual({ kind: 'handled' });
    const numbers = records(house).map(({ headers }) => Number(headers['ce_sequence']));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.at(-1)).toBe((await house.state(user)).entitlementSeq);
    expect(numbers).toHaveLength(4);
  });

  test('repeats nothing that it cannot vouch for', async () => {
    const house = await houseWithActive(user);
    const [record] = records(house);
    const ahead = { headers: { ...record?.headers, ce_sequence: '999' } };
    expect(await keep(house, record, ahead)).toEqual({ kind: 'ignored', reason: 'ahead of the document' });
    expect(await keep(house, record, { value: null })).toEqual({ kind: 'ignored', reason: 'tombstone' });
    expect(await keep(createHouse(), record)).toEqual({ kind: 'ignored', reason: 'no access of ours' });
    expect(records(house)).toHaveLength(1);
  });

  test.each(['', '0', '-1', '1.5', '1e3', '9'.repeat(16)])('buries a record whose number is "%s"', async (sequence) => {
    const house = await houseWithActive(user);
    const [record] = records(house);
    const headers = { ...record?.headers, ce_sequence: sequence };
    await expect(keep(house, record, { headers })).rejects.toMatchObject({ code: 'invalid_sequence' });
    await expect(keep(house, record, { type: 'subscription.renewed' })).rejects.toMatchObject({ code: 'unknown_type' });
  });
});
