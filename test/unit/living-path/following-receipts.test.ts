import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createMemoryHistory } from '../../fakes/history.ts';
import { createMemoryWorkList } from '../../fakes/work-list.ts';
import type { TestSystem } from '../../support/test-system.ts';
import { createReceiptSystem, setContact, user } from '../money-rules/receipts-system.ts';

/** The user has just bought; registrations take so long, and the first may fail. */
async function bought(delayMs: number, first: 'canceled' | null = null): Promise<TestSystem> {
  const system = createReceiptSystem();
  system.provider.scriptReceipts(delayMs, first);
  await setContact(system);
  await system.pay(user);
  await system.payPage(user);
  return system;
}

const about = (system: TestSystem) => system.facts(user).filter(({ type }) => type.startsWith('receipt.'));
const types = (system: TestSystem) => about(system).map(({ type }) => type);
const alarms = (system: TestSystem) =>
  system.errorLines().filter(({ fields }) => String(fields.detail).startsWith('the receipt is'));

async function shownReceipt(system: TestSystem): Promise<unknown> {
  const [payment] = await createMemoryHistory({ rows: system.readModelRows }).list({ userId: user, limit: 1, page: 1 });
  return payment?.detail['receipt'];
}

const waiting = async (system: TestSystem) =>
  (await createMemoryWorkList({ rows: system.readModelRows })({ state: 'receipt_failed', after: null, limit: 9 })).map(
    ({ kind, id }) => ({ kind, id }),
  );

describe('the receipt of a payment', () => {
  test('that is registered at once is not read again', async () => {
    const system = await bought(0);
    expect(about(system)).toMatchObject([{ type: 'receipt.registered', receipt: { kind: 'payment', vatCode: 4 } }]);
    expect((await system.state(user)).receipts).toEqual([]);
    expect(await shownReceipt(system)).toBe('registered');
  });

  test('is read after five minutes and an hour, and then known', async () => {
    const system = await bought(30 * minuteMs);
    await system.pass(6 * minuteMs, minuteMs);
    expect([types(system), await shownReceipt(system)]).toEqual([[], 'pending']);
    await system.pass(hourMs, minuteMs);
    expect([types(system), await shownReceipt(system)]).toEqual([['receipt.registered'], 'registered']);
    expect(alarms(system)).toEqual([]);
  });

  test('that fails alerts staff once, and changes nothing about access', async () => {
    const system = await bought(0, 'canceled');
    await system.pass(5 * dayMs, hourMs);
    expect(about(system)).toMatchObject([{ type: 'receipt.failed', reason: 'canceled' }]);
    expect(alarms(system)).toHaveLength(1);
    const { receipts, entitlement, captures } = await system.state(user);
    expect([receipts, entitlement?.active]).toEqual([[], true]);
    expect(await waiting(system)).toEqual([{ kind: 'receipt', id: captures[0]?.paymentId }]);
  });

  test('that is late after three days alerts staff once, and may still be registered', async () => {
    const system = await bought(10 * dayMs);
    await system.pass(3 * dayMs - hourMs, hourMs);
    expect(types(system)).toEqual([]);
    await system.pass(3 * dayMs, hourMs);
    expect(about(system)).toMatchObject([{ type: 'receipt.failed', reason: 'late' }]);
    expect([alarms(system).length, (await waiting(system)).length]).toEqual([1, 1]);
    await system.pass(6 * dayMs, hourMs);
    expect(types(system)).toEqual(['receipt.failed', 'receipt.registered']);
    expect([await waiting(system), await shownReceipt(system)]).toEqual([[], 'registered']);
  });

  test('that is never registered is read for a month, and stays in the list of staff', async () => {
    const system = await bought(31 * dayMs);
    await system.cancel(user);
    await system.pass(32 * dayMs, hourMs);
    expect((await system.state(user)).receipts).toEqual([]);
    expect(await waiting(system)).toHaveLength(1);
    expect(alarms(system)).toHaveLength(1);
  });

  test('whose read gets no answer is read again', async () => {
    const system = await bought(minuteMs);
    system.provider.failReads(1);
    await system.pass(2 * hourMs, minuteMs);
    expect(types(system)).toEqual(['receipt.registered']);
  });

  test('is read later while payments use every call of the provider, and holds up no timer behind it', async () => {
    const system = await bought(minuteMs);
    system.provider.setSlots(0);
    await system.pass(6 * minuteMs, minuteMs);
    const [receipt] = (await system.state(user)).receipts;
    expect(receipt?.nextReadAt).toBeGreaterThan(system.clock.now());
    await system.pass(4 * dayMs, 10 * minuteMs);
    expect([types(system), alarms(system)]).toEqual([[], []]);
    system.provider.setSlots(1);
    await system.pass(10 * minuteMs, minuteMs);
    expect(types(system)).toEqual(['receipt.registered']);
  });
});

test('the receipt of a refund is followed like that of a payment', async () => {
  const system = await bought(0);
  system.provider.scriptReceipts(30 * minuteMs);
  system.clock.advance(10 * dayMs);
  const leaving = { type: 'subscription.cancel' as const, mode: 'immediate' as const, refund: 'prorated' as const };
  const command = { ...leaving, reason: null };
  await system.order(user, command);
  await system.pass(2 * hourMs, minuteMs);
  expect(about(system)).toMatchObject([
    { type: 'receipt.registered', receipt: { kind: 'payment' } },
    { type: 'receipt.registered', receipt: { kind: 'refund', vatCode: 4 } },
  ]);
});
