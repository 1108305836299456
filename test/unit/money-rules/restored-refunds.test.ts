import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem } from '../../support/test-system.ts';
import { deliver, later, ordered, refunds, user } from './restored-system.ts';

// Money that went back before a restore goes back once.

/** A paid month, and how staff give its money back. */
async function paid() {
  const system = await createSystemWithActive(user);
  const { paymentId } = (await system.state(user)).captures[0]!;
  const given = { type: 'payment.refund', paymentId, revokeAccess: false, cause: 'other' } as const;
  const giveBack = (amountMinor: number | null) => system.staff(user, { ...given, amountMinor });
  return { system, paymentId, giveBack };
}

/** The provider has refused to give all of it back, and a backup is made. */
async function refused() {
  const { system, paymentId, giveBack } = await paid();
  system.provider.scriptRefunds('general_decline');
  await giveBack(null);
  await system.pass(minuteMs);
  const backup = system.backUp();
  return { system, paymentId, backup };
}

describe('a payment that was closed before the backup and succeeds late', () => {
  /** The provider says that its page is over, and later that it was paid. */
  async function closed() {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, 'expired_on_confirmation');
    await system.hint('payment', page);
    const backup = system.backUp();
    const isPaid = () =>
      system.provider.alter(page, { status: 'succeeded', capturedAt: system.clock.now(), cancellation: null });
    return { system, page, isPaid, backup };
  }

  test('goes back while the lists are read', async () => {
    const { system, isPaid, backup } = await closed();
    isPaid();
    later(system, dayMs);
    await system.restore(backup);
    expect(await system.state(user)).toMatchObject({ recalled: [], refunds: [{ reason: 'late_success' }] });
    await system.pass(hourMs);
    expect(refunds(system)).toMatchObject([{ status: 'succeeded' }]);
  });

  test('has the refund that the provider has', async () => {
    const { system, page, isPaid, backup } = await closed();
    isPaid();
    await system.hint('payment', page);
    await system.pass(hourMs);
    const made = refunds(system);
    expect(made).toHaveLength(1);
    later(system, dayMs);
    await system.restore(backup);
    await system.pass(hourMs);
    expect(refunds(system)).toEqual(made);
    expect(await system.state(user)).toMatchObject({ recalled: [], refunds: [] });
  });
});

test('money that the provider has given back is not recorded as paid back by other means as well', async () => {
  const { system, paymentId, giveBack } = await paid();
  const backup = system.backUp();
  // It was rejected then: another refund was on its way.
  await giveBack(null);
  const record = ordered(
    system,
    { type: 'refund.record_external', paymentId, amountMinor: 100, reason: 'cash' },
    'staff',
  );
  await system.pass(hourMs);
  later(system, dayMs);
  await system.restore(backup);
  await deliver(system, record);
  expect(await system.outcome(user, record.commandId)).toEqual({ kind: 'rejected', reason: 'refund_exceeds' });
  expect((await system.state(user)).captures).toMatchObject([{ refundedMinor: 0 }]);
});

test.each([
  ['nothing was left to record', null, null],
  ['the rest was paid back', 10_000, null],
  ['a part of the rest was paid back', 10_000, 19_900],
])('a refund whose next attempt the provider has counts once: %s, and so it is again', async (_name, part, more) => {
  const { system, paymentId, giveBack } = await paid();
  system.provider.scriptRefunds('general_decline');
  await giveBack(part);
  const backup = system.backUp();
  await system.pass(2 * hourMs, minuteMs);
  const order = { type: 'refund.record_external', paymentId, amountMinor: more, reason: 'cash' };
  const record = ordered(system, order, 'staff');
  await deliver(system, record);
  const before = await system.outcome(user, record.commandId);
  const sumOf = async () => (await system.state(user)).captures[0]?.refundedMinor;
  const minor = await sumOf();
  later(system, dayMs);
  await system.restore(backup);
  await deliver(system, record);
  expect(await system.outcome(user, record.commandId)).toEqual(before);
  expect([before?.kind, minor, await sumOf()]).toEqual(['completed', 29_900, 29_900]);
});

test('a refund that is asked for again uses no key that may have been sent before the restore', async () => {
  const { system, giveBack } = await paid();
  system.provider.script('not_done');
  await giveBack(null);
  const backup = system.backUp();
  expect((await system.state(user)).refunds).toMatchObject([{ attemptNo: 1, state: 'unknown' }]);
  system.provider.scriptRefunds('general_decline');
  await system.pass(30 * hourMs, 10 * minuteMs);
  const keys = () => system.provider.sends().map(({ idempotenceKey }) => idempotenceKey);
  const before = keys();
  later(system, dayMs);
  await system.restore(backup);
  await system.pass(2 * dayMs, 10 * minuteMs);
  const since = keys().slice(before.length);
  expect(since.filter((key) => before.includes(key))).toEqual([]);
  expect(refunds(system).filter(({ status }) => status === 'succeeded')).toHaveLength(1);
});

test('the attempt after one that failed before the backup uses no key that an attempt without an object may have used', async () => {
  const { system, backup } = await refused();
  expect((await system.state(user)).refunds).toMatchObject([{ attemptNo: 1, state: 'failed' }]);
  system.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: null });
  await system.pass(65 * minuteMs, minuteMs);
  const keys = () => system.provider.sends().map(({ idempotenceKey }) => idempotenceKey);
  const before = keys();
  expect((await system.state(user)).refunds).toMatchObject([{ attemptNo: 2, state: 'failed', providerRefundId: null }]);
  later(system, dayMs);
  await system.restore(backup);
  await system.pass(2 * dayMs, 10 * minuteMs);
  expect(keys().slice(before.length)).toHaveLength(1);
  expect(before).not.toContain(keys().at(-1));
  expect(refunds(system).filter(({ status }) => status === 'succeeded')).toHaveLength(1);
});

test.each([
  ['of the whole, although less is wanted now', null, 9_900],
  ['of a part, although more is wanted now', 5_000, 19_900],
])('a refund that failed before the restore, %s, is asked for by the amount of now', async (_name, then, now) => {
  const { system, giveBack } = await paid();
  const backup = system.backUp();
  system.provider.scriptRefunds('general_decline');
  await giveBack(then);
  await system.pass(minuteMs);
  later(system, minuteMs);
  await system.restore(backup);
  await giveBack(now);
  expect((await system.state(user)).captures).toMatchObject([{ refundedMinor: now }]);
  await system.pass(2 * dayMs, hourMs);
  const [failed, ...made] = refunds(system);
  expect(failed).toMatchObject({ status: 'canceled' });
  expect(made).toMatchObject([{ status: 'succeeded', amount: { amountMinor: now } }]);
  const state = await system.state(user);
  expect(state).toMatchObject({ recalled: [], refunds: [], captures: [{ refundedMinor: now }] });
  expect(state.subscription).toMatchObject({ held: null });
});

test.each([
  ['staff ask for all that is left', { type: 'payment.refund', amountMinor: null }],
  ['the subscriber leaves', { type: 'subscription.cancel', mode: 'immediate', refund: 'prorated' }],
])(
  '%s, and a later refund has gone back before the restore: no more is asked for than that left',
  async (_, wanted) => {
    const { system, paymentId } = await paid();
    const backup = system.backUp();
    const given = { paymentId, revokeAccess: false, cause: 'other', reason: null };
    const order = (input: Readonly<Record<string, unknown>>) => ordered(system, { ...given, ...input }, 'staff');
    system.provider.scriptRefunds('general_decline');
    await deliver(system, order({ type: 'payment.refund', amountMinor: 10_000 }));
    await system.pass(minuteMs);
    const rest = order({ type: 'payment.refund', amountMinor: 19_900 });
    await deliver(system, rest);
    await system.pass(minuteMs);
    expect(refunds(system).map(({ status }) => status)).toEqual(['canceled', 'succeeded']);
    later(system, minuteMs);
    await system.restore(backup);
    const more = order({ type: 'payment.refund', amountMinor: 15_000 });
    await deliver(system, more);
    expect(await system.outcome(user, more.commandId)).toEqual({ kind: 'rejected', reason: 'refund_exceeds' });
    await deliver(system, order(wanted));
    expect(await system.state(user)).toMatchObject({
      captures: [{ refundedMinor: 10_000 }],
      refunds: [{ amount: { amountMinor: 10_000 } }],
    });
    await deliver(system, rest);
    await system.pass(2 * dayMs, hourMs);
    expect(await system.state(user)).toMatchObject({
      recalled: [],
      refunds: [],
      captures: [{ refundedMinor: 29_900 }],
    });
    const made = refunds(system).filter(({ status }) => status === 'succeeded');
    expect(made.map(({ amount }) => amount.amountMinor)).toEqual([19_900, 10_000]);
  },
);

test('a refund that failed before the backup is not asked for again where another one gave its money back', async () => {
  const { system, paymentId, backup } = await refused();
  const bank = {
    type: 'payment.record_chargeback',
    paymentId,
    amountMinor: 29_900,
    date: '2026-11-20',
    reason: 'bank',
  };
  const words = [null, true].map((won) => ordered(system, { ...bank, won }, 'staff'));
  await deliver(system, words[0]!);
  await system.pass(2 * hourMs);
  await deliver(system, words[1]!);
  await system.pass(minuteMs);
  const made = refunds(system);
  expect(made.map(({ status }) => status)).toEqual(['canceled', 'succeeded']);
  later(system, minuteMs);
  await system.restore(backup);
  await system.pass(2 * hourMs);
  // What the provider has given back counts when its order is read again.
  expect(await system.state(user)).toMatchObject({ refunds: [], captures: [{ refundedMinor: 0 }] });
  for (const word of words) await deliver(system, word);
  await system.pass(2 * dayMs, hourMs);
  expect(refunds(system)).toEqual(made);
  expect(await system.state(user)).toMatchObject({ recalled: [], refunds: [], captures: [{ refundedMinor: 29_900 }] });
});

test('a refund that had ended just before the backup is not recalled beside one that is open', async () => {
  const { system, giveBack } = await paid();
  await giveBack(10_000);
  await system.pass(minuteMs);
  system.provider.scriptRefunds('general_decline');
  await giveBack(null);
  await system.pass(minuteMs);
  const backup = system.backUp();
  later(system, minuteMs);
  await system.restore(backup);
  expect(await system.state(user)).toMatchObject({ recalled: [], refunds: [{ refundNo: 2, state: 'failed' }] });
  await system.pass(2 * dayMs, hourMs);
  expect(await system.state(user)).toMatchObject({ refunds: [], captures: [{ refundedMinor: 29_900 }] });
});
