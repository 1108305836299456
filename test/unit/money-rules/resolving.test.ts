import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
type CheckResult = 'succeeded' | 'failed' | 'absent';

const resolve = (system: TestSystem, paymentId: string, checkResult: CheckResult, providerObjectId: string | null) =>
  system.staff(user, { type: 'payment.resolve', paymentId, checkResult, providerObjectId });
const lastOf = (system: TestSystem) => system.provider.entries().at(-1)?.object;
const charges = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'charge');

/** A renewal charge whose request was lost, and that no read can find since. */
async function systemWithUnknown(fault: 'lost' | 'not_done' = 'lost') {
  const system = await createSystemWithActive(user);
  system.provider.script(...Array.from({ length: 200 }, () => fault));
  system.provider.failReads(1_000_000);
  await system.pass(28 * dayMs, 6 * hourMs);
  await system.pass(2 * dayMs, hourMs);
  const { payment } = await system.state(user);
  if (payment?.state !== 'unknown') throw new Error('the charge is not unknown');
  return { system, payment };
}

describe('a person has seen in the cabinet that an unknown charge', () => {
  test('succeeded: its period is given, and what the provider says later changes nothing', async () => {
    const { system, payment } = await systemWithUnknown();
    const charge = lastOf(system)?.id ?? '';
    expect(await resolve(system, payment.id, 'succeeded', null)).toBe('provider_id_missing');
    expect(await resolve(system, payment.id, 'succeeded', charge)).toBe('completed');
    expect(await system.state(user)).toMatchObject({ payment: null, subscription: { term: { periodIndex: 1 } } });
    system.provider.failReads(0);
    const before = await system.state(user);
    await system.hint('payment', charge);
    expect(await system.state(user)).toEqual(before);
    expect(await resolve(system, payment.id, 'failed', null)).toBe('nothing_to_resolve');
  });

  test('failed: it is past due as after a decline, and money that comes later goes back', async () => {
    const { system, payment } = await systemWithUnknown();
    expect(await resolve(system, payment.id, 'failed', null)).toBe('completed');
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'past_due', dunning: { lastReason: 'general_decline' } });
    system.provider.failReads(0);
    await system.hint('payment', lastOf(system)?.id ?? '');
    await system.pass(minuteMs);
    expect(lastOf(system)).toMatchObject({ object: 'refund', status: 'succeeded' });
    expect(system.errorLines().at(-1)?.fields).toMatchObject({ rule: 'contradiction', subjectId: payment.id });
  });

  test('is not there: it is tried again soon, with another key', async () => {
    const { system, payment } = await systemWithUnknown('not_done');
    expect(await resolve(system, payment.id, 'absent', null)).toBe('completed');
    expect((await system.state(user)).subscription).toMatchObject({
      status: 'past_due',
      dunning: { nextAttemptAt: system.clock.now() + 15 * minuteMs },
    });
    await system.pass(20 * minuteMs);
    const keys = new Set(charges(system).map(({ idempotenceKey }) => idempotenceKey));
    expect(keys.size).toBe(2);
  });
});

describe('a payment is not resolved by hand', () => {
  test('while its page is open, or when there is none', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const { payment } = await system.state(user);
    expect(await resolve(system, payment?.id ?? '', 'failed', null)).toBe('nothing_to_resolve');
    expect(await resolve(system, 'none', 'failed', null)).toBe('nothing_to_resolve');
  });

  test('by an absence that a later send has outdated, and within an hour of the last send', async () => {
    const { system, payment } = await systemWithUnknown('not_done');
    const lastSentAt = payment.send.lastSentAt ?? 0;
    const absent = { type: 'payment.resolve', paymentId: payment.id, checkResult: 'absent' } as const;
    const order = { ...absent, providerObjectId: null };
    for (const acceptedAt of [lastSentAt - 1, lastSentAt + hourMs - 1])
      expect(await system.staff(user, { ...order, acceptedAt })).toBe('payment_in_progress');
    expect(await system.staff(user, { ...order, acceptedAt: lastSentAt + hourMs })).toBe('completed');
  });

  test('while a send may still be on its way', async () => {
    const system = createTestSystem();
    system.provider.script('lost');
    await system.pay(user);
    const { payment } = await system.state(user);
    expect(payment?.state).toBe('unknown');
    expect(await resolve(system, payment?.id ?? '', 'absent', null)).toBe('payment_in_progress');
  });
});

test('a page that a person has seen paid begins the subscription, which does not renew', async () => {
  const system = createTestSystem();
  system.provider.script(...Array.from({ length: 200 }, () => 'lost' as const));
  system.provider.failReads(1_000_000);
  const command = await system.pay(user);
  await system.pass(hourMs);
  system.clock.advance(minuteMs);
  const { payment } = await system.state(user);
  expect(await resolve(system, payment?.id ?? '', 'succeeded', 'seen')).toBe('completed');
  const { subscription } = await system.state(user);
  expect(subscription).toMatchObject({ status: 'active', autoRenew: false, methodId: null });
  expect(await system.outcome(user, command.commandId)).toMatchObject({ kind: 'completed' });
});

describe('a refund', () => {
  /** A page that is paid after its purchase was cancelled, and whose refund gets no answer. */
  async function systemWithRefund(...faults: readonly ('lost' | 'not_done')[]) {
    const system = createTestSystem();
    await system.pay(user);
    await system.cancel(user);
    const page = lastOf(system)?.id ?? '';
    system.provider.script(...faults);
    system.provider.finish(page, 'succeeded');
    await system.hint('payment', page);
    return system;
  }

  const unanswered = Array.from({ length: 200 }, () => 'not_done' as const);

  test('that is unknown ends by what a person has seen', async () => {
    const system = await systemWithRefund(...unanswered);
    system.provider.failReads(1_000_000);
    await system.pass(2 * dayMs, hourMs);
    const [refund] = (await system.state(user)).refunds;
    expect(refund?.state).toBe('unknown');
    expect(await resolve(system, refund?.id ?? '', 'succeeded', 'seen')).toBe('completed');
    expect((await system.state(user)).refunds).toEqual([]);
    expect(system.facts(user).at(-1)).toMatchObject({
      type: 'refund.succeeded',
      refund: { providerRefundId: 'seen' },
    });
  });

  test('that failed is asked again with another key, also after its last time', async () => {
    const system = await systemWithRefund();
    const captured = (await system.state(user)).captures[0];
    expect(captured?.refundedMinor).toBe(captured?.capturedMinor);
    const other = await systemWithRefund(...unanswered);
    other.provider.failReads(1_000_000);
    await other.pass(40 * dayMs, 6 * hourMs);
    const [unknown] = (await other.state(user)).refunds;
    expect(await resolve(other, unknown?.id ?? '', 'absent', null)).toBe('completed');
    const [exhausted] = (await other.state(user)).refunds;
    expect(exhausted).toMatchObject({ state: 'failed', retryAt: null });
    expect(await resolve(other, exhausted?.id ?? '', 'failed', null)).toBe('completed');
    expect((await other.state(user)).refunds).toMatchObject([{ attemptNo: 2 }]);
  });
});
