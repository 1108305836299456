import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BillingClient } from '../../tools/client/billing-client.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { startForeignReader, type ForeignReader } from '../support/foreign-reader.ts';
import { sandbox, userOf } from '../support/system-client.ts';

let reader: ForeignReader;
beforeAll(async () => {
  reader = await startForeignReader();
}, 60_000);
afterAll(() => reader.stop());

/** Spoils only calls about this user, because all tests share the sandbox. */
const plan = (userId: string, fault: Readonly<Record<string, unknown>>) =>
  sandbox.control('faults', { about: userId, times: 1_000, ...fault });
async function planWrongAmounts(userId: string): Promise<void> {
  for (const on of ['POST /v3/payments', 'GET /v3/payments/{id}']) await plan(userId, { on, kind: 'wrong_amount' });
}
const published = (userId: string, type: string) => reader.records(userId).filter((record) => record.type === type);

type Subscribed = {
  readonly userId: string;
  readonly user: BillingClient;
  readonly advance: (to: string) => Promise<void>;
};

/** Has paid for February on a clock that stands still. */
async function subscribe(): Promise<Subscribed> {
  const userId = randomUUID();
  const [user, staff] = await Promise.all([userOf(userId), userOf(userId, { superuser: true })]);
  const clockId = await staff.createClock('provider', '2027-02-01T09:00:00.000Z');
  await user.buy('month', { headers: { 'X-Test-Clock': clockId } });
  await sandbox.payPage(userId);
  await reader.until(userId, 'subscription.activated');
  return { userId, user, advance: (to) => staff.advanceClock(clockId, to) };
}

describe('a provider that reports another amount than requested', () => {
  test('is not believed: a purchase gives no access, and operators are alerted once', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    await user.buy('month');
    await planWrongAmounts(userId);
    await sandbox.payPage(userId);
    const records = await reader.until(userId, 'invariant.violated');
    expect(records.find(({ type }) => type === 'invariant.violated')?.value).toMatchObject({
      rule: 'provider_mismatch',
      detail: 'another amount',
      expected: { amountMinor: 29_900 },
      actual: { amountMinor: 30_000 },
    });
    expect((await user.entitlement()).json).toMatchObject({ active: false });
    expect((await user.profile()).status).toBe(404);
    expect([published(userId, 'payment.succeeded'), published(userId, 'invariant.violated')]).toMatchObject([[], [{}]]);
  }, 60_000);

  test('is not believed: a renewal sets a billing hold, keeps access and charges no more', async () => {
    const { userId, user, advance } = await subscribe();
    await planWrongAmounts(userId);
    await advance('2027-03-01T10:00:00.000Z');
    await reader.until(userId, 'invariant.violated');
    await advance('2027-03-20T10:00:00.000Z');
    expect((await user.entitlement()).json).toMatchObject({ active: true });
    expect(await sandbox.operationsOf(userId)).toHaveLength(2);
    expect([published(userId, 'subscription.renewed'), published(userId, 'invariant.violated')]).toMatchObject([
      [],
      [{}],
    ]);
  }, 120_000);
});

describe('a provider whose bank answers a renewal late', () => {
  test('charges once, keeps access meanwhile, and renews on the original boundary', async () => {
    const { userId, user, advance } = await subscribe();
    await plan(userId, { on: 'POST /v3/payments', kind: 'pending_then_succeeded', ms: 26 * 3_600_000 });
    await advance('2027-03-02T09:00:00.000Z');
    await eventually(
      async () => (await sandbox.ledgerOf(userId)).payments.map((payment) => payment['status']),
      (statuses) => String(statuses) === 'succeeded,pending',
    );
    expect((await user.entitlement()).json).toMatchObject({ active: true });
    expect((await user.profile()).json).toMatchObject({ period_end: '2027-03-01T09:00:00.000Z' });
    await advance('2027-03-02T15:00:00.000Z');
    await reader.until(userId, 'subscription.renewed');
    expect((await user.profile()).json).toMatchObject({ period_end: '2027-04-01T09:00:00.000Z' });
    const { payments } = await sandbox.ledgerOf(userId);
    expect(payments.map((payment) => payment['status'])).toEqual(['succeeded', 'succeeded']);
    expect(payments.map((payment) => payment['sends_real'])).toMatchObject([
      [expect.any(String)],
      [expect.any(String)],
    ]);
  }, 120_000);
});
