import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '../../tools/client/call.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { startForeignReader, type ForeignReader } from '../support/foreign-reader.ts';
import { sandbox, userOf } from '../support/system-client.ts';

let reader: ForeignReader;
beforeAll(async () => {
  reader = await startForeignReader();
}, 60_000);
afterAll(() => reader.stop());

const hasAccess = ({ json }: Answer): boolean => json['active'] === true;
const types = (records: readonly { type: string }[]) => records.map((record) => record.type);

describe('a purchase through all services, on real Kafka, MongoDB and registry', () => {
  test('buy, pay, watch; another service with the registry alone reads every fact in order', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    const bought = await user.buy('month', { headers: { 'X-Request-Id': 'one purchase' } });
    expect(bought.headers.get('x-request-id')).toBe('one purchase');
    expect([bought.status, Object.keys(bought.json).sort()]).toEqual([200, ['command', 'redirect_url']]);
    expect((await user.entitlement()).json).toMatchObject({ active: false });
    expect((await user.profile()).status).toBe(404);
    await sandbox.payPage(userId);
    await eventually(user.entitlement, hasAccess);
    expect((await user.profile()).json).toMatchObject({
      user_id: userId,
      renew: true,
      tariff: { period_unit: 'month' },
    });
    const records = await reader.untilCount(userId, 7);
    expect(types(records)).toEqual([
      'subscription.created',
      'payment.created',
      'payment.requires_action',
      'payment.succeeded',
      'payment_method.saved',
      'subscription.activated',
      'entitlement.changed',
    ]);
    expect(records.map((record) => record.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(records.map((record) => record.id)).size).toBe(7);
    // The client's request id is in every event of the request; the payment came by another request.
    expect(records.map((record) => record.headers['ce_correlationid'] === 'one purchase')).toEqual([
      ...[true, true, true],
      ...[false, false, false, false],
    ]);
  }, 60_000);

  test('a browser that navigates is sent to the page by 302', async () => {
    const user = await userOf(randomUUID());
    const answer = await user.buy('month', { headers: { Accept: 'text/html,*/*;q=0.8' } });
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toContain('/checkout/');
  }, 30_000);

  test('ten requests with one Idempotency-Key are one command, one payment, one page', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    const headers = { 'Idempotency-Key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => user.buy('month', { headers })));
    expect(new Set(answers.map((answer) => answer.json['redirect_url'])).size).toBe(1);
    expect((await sandbox.ledgerOf(userId)).payments).toHaveLength(1);
    expect((await user.buy('year', { headers })).status).toBe(422);
  }, 60_000);

  test('buying again while active is 409 with its own code, and charges nothing', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    await user.buy('day');
    await sandbox.payPage(userId);
    await eventually(user.entitlement, hasAccess);
    const again = await user.buy('month');
    expect([again.status, again.json['code']]).toEqual([409, '4006']);
    expect((await sandbox.ledgerOf(userId)).payments).toHaveLength(1);
  }, 60_000);

  test('cancel keeps access to the end and publishes that; cancel now ends it', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    await user.buy('month');
    await sandbox.payPage(userId);
    await eventually(user.entitlement, hasAccess);
    expect((await user.cancel()).status).toBe(200);
    const scheduled = await reader.until(userId, 'subscription.cancel_scheduled');
    expect(scheduled.find((record) => record.type === 'subscription.cancel_scheduled')?.value).toMatchObject({
      subscription: { cancelAtPeriodEnd: true },
    });
    expect((await user.entitlement()).json['active']).toBe(true);
    expect((await user.cancel({ mode: 'immediate' })).status).toBe(200);
    expect((await user.entitlement()).json['active']).toBe(false);
  }, 60_000);

  test('cancel with nothing to cancel is 200 null, as it always was', async () => {
    const user = await userOf(randomUUID());
    const answer = await user.cancel();
    expect([answer.status, answer.text]).toEqual([200, 'null']);
  }, 30_000);

  test('the page of a superseded purchase is refunded when it is paid after all', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    await user.buy('month');
    const [first] = (await sandbox.ledgerOf(userId)).payments;
    await user.buy('year');
    await sandbox.payPage(userId);
    await eventually(user.entitlement, hasAccess);
    await sandbox.payById(first?.['id']);
    const records = await reader.until(userId, 'refund.succeeded');
    expect(types(records)).toEqual(
      expect.arrayContaining(['payment.late_success', 'refund.requested', 'refund.succeeded']),
    );
    expect((await sandbox.ledgerOf(userId)).refunds).toHaveLength(1);
  }, 60_000);
});
