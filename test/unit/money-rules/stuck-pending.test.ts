import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createMemoryWorkList } from '../../fakes/work-list.ts';
import { createSystemWithActive, createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const resolve = (system: TestSystem, paymentId: string, checkResult: 'succeeded' | 'failed' | 'absent') =>
  system.staff(user, { type: 'payment.resolve', paymentId, checkResult, providerObjectId: null });
async function stuckIn(system: TestSystem): Promise<readonly string[]> {
  const items = await createMemoryWorkList({ rows: system.readModelRows })({ state: 'stuck', after: null, limit: 9 });
  return items.map(({ id }) => id);
}
const alarms = (system: TestSystem) =>
  system.errorLines().filter(({ fields }) => fields.type === 'payment.stuck' || fields.rule === 'refund_exhausted');

/** A renewal charge that the provider keeps pending, as a slow bank does, a little less than a week after its request. */
async function systemWithPendingCharge() {
  const system = await createSystemWithActive(user);
  system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'pending' });
  await system.pass(28 * dayMs, 6 * hourMs);
  const { payment } = await system.state(user);
  if (payment?.state !== 'pending') throw new Error('the charge is not pending');
  await system.pass(7 * dayMs - hourMs, hourMs);
  return { system, payment };
}

/** The same, a day later. */
async function systemWithStuckCharge() {
  const { system, payment } = await systemWithPendingCharge();
  await system.pass(dayMs, hourMs);
  return { system, payment };
}

describe('a charge that the provider keeps pending', () => {
  test('is left to the provider for a week; then a person is asked, once, and access stays', async () => {
    const { system, payment } = await systemWithPendingCharge();
    expect([alarms(system), await stuckIn(system)]).toEqual([[], []]);
    expect(await resolve(system, payment.id, 'failed')).toBe('nothing_to_resolve');
    await system.pass(10 * dayMs, hourMs);
    expect(alarms(system)).toMatchObject([{ fields: { type: 'payment.stuck', subjectId: payment.id } }]);
    expect(system.facts(user).filter(({ type }) => type === 'payment.stuck')).toHaveLength(1);
    expect(await stuckIn(system)).toEqual([payment.id]);
    expect((await system.state(user)).entitlement?.active).toBe(true);
  });

  test('ends as failed: it is past due, and money that comes later goes back', async () => {
    const { system, payment } = await systemWithStuckCharge();
    expect(await resolve(system, payment.id, 'failed')).toBe('completed');
    const { subscription, entitlement } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'past_due', dunning: { lastReason: 'general_decline' } });
    expect([entitlement?.active, await stuckIn(system)]).toEqual([false, []]);
    const charge = system.provider.entries().find(({ order }) => order.kind === 'charge')?.object.id ?? '';
    system.provider.finish(charge, 'succeeded');
    await system.hint('payment', charge);
    await system.pass(minuteMs);
    const back = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(back.map(({ object }) => object.status)).toEqual(['succeeded']);
  });

  test('ends as succeeded: its period is given', async () => {
    const { system, payment } = await systemWithStuckCharge();
    expect(await resolve(system, payment.id, 'succeeded')).toBe('completed');
    expect(await system.state(user)).toMatchObject({ payment: null, subscription: { term: { periodIndex: 1 } } });
  });

  test('ends as absent: it is past due, and dunning tries again', async () => {
    const { system, payment } = await systemWithStuckCharge();
    expect(await resolve(system, payment.id, 'absent')).toBe('completed');
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'past_due', dunning: { lastReason: 'provider_absent' } });
  });

  test('still ends by the word of the provider', async () => {
    const { system, payment } = await systemWithStuckCharge();
    system.provider.finish(payment.providerPaymentId ?? '', 'succeeded');
    await system.hint('payment', payment.providerPaymentId ?? '');
    expect(await system.state(user)).toMatchObject({ payment: null, subscription: { term: { periodIndex: 1 } } });
    expect(await stuckIn(system)).toEqual([]);
  });
});

test('a page that the provider never closes is given up by a person, whether it is open or watched', async () => {
  const system = createTestSystem();
  system.provider.keepPagesOpen();
  await system.pay(user);
  const open = (await system.state(user)).payment?.id ?? '';
  await system.pass(8 * dayMs, 6 * hourMs);
  expect(await stuckIn(system)).toEqual([open]);
  await system.cancel(user);
  expect(await resolve(system, open, 'failed')).toBe('completed');
  await system.pay(user);
  await system.cancel(user);
  const [watched] = (await system.state(user)).watched;
  await system.pass(8 * dayMs, 6 * hourMs);
  expect(await stuckIn(system)).toEqual([watched?.id]);
  expect(alarms(system)).toHaveLength(2);
  expect(await resolve(system, watched?.id ?? '', 'failed')).toBe('completed');
  expect((await system.state(user)).watched).toEqual([]);
});

describe('an authorization that the bank never ends', () => {
  test('while its page is watched: a person is asked', async () => {
    const system = createTestSystem();
    system.provider.keepPagesOpen();
    await system.pay(user);
    await system.cancel(user);
    await system.pass(3 * dayMs, 6 * hourMs);
    const [watched] = (await system.state(user)).watched;
    system.provider.finish(watched?.providerPaymentId ?? '', 'waiting_for_capture');
    await system.hint('payment', watched?.providerPaymentId ?? '');
    await system.pass(5 * dayMs, 6 * hourMs);
    expect(await stuckIn(system)).toEqual([watched?.id]);
    expect(await resolve(system, watched?.id ?? '', 'failed')).toBe('completed');
  });

  test('while its capture gets no answer: a person is asked', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const { payment } = await system.state(user);
    system.provider.finish(payment?.providerPaymentId ?? '', 'waiting_for_capture');
    system.provider.script(...Array.from({ length: 200 }, () => 'not_done' as const));
    await system.hint('payment', payment?.providerPaymentId ?? '');
    system.provider.lagReads(2 * dayMs);
    await system.pass(9 * dayMs - hourMs, hourMs);
    expect(alarms(system)).toMatchObject([{ fields: { type: 'payment.stuck', subjectId: payment?.id } }]);
  });
});

test('a refund that the provider keeps pending is alarmed, listed, and ended by a person', async () => {
  const system = await createSystemWithActive(user);
  const paymentId = (await system.state(user)).captures[0]?.paymentId ?? '';
  system.provider.scriptRefunds('pending');
  const given = { type: 'payment.refund', amountMinor: null, revokeAccess: false, cause: 'complaint' } as const;
  await system.staff(user, { ...given, paymentId });
  const id = (await system.state(user)).refunds[0]?.id ?? '';
  await system.pass(7 * dayMs - hourMs, hourMs);
  expect([await resolve(system, id, 'failed'), alarms(system)]).toEqual(['nothing_to_resolve', []]);
  await system.pass(5 * dayMs, hourMs);
  expect(alarms(system)).toMatchObject([{ fields: { rule: 'refund_exhausted', subjectId: id } }]);
  expect(await stuckIn(system)).toEqual([id]);
  // It is asked again by itself, under another id, so there is nothing left to resolve.
  expect(await resolve(system, id, 'failed')).toBe('completed');
  expect((await system.state(user)).refunds).toMatchObject([{ id, state: 'failed', retryAt: expect.any(Number) }]);
  expect(await resolve(system, id, 'failed')).toBe('nothing_to_resolve');
  expect(await stuckIn(system)).toEqual([]);
});
