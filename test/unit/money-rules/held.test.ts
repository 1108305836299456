import { describe, expect, test } from '@jest/globals';
import { handleDuplicate } from '../../../src/application/operations/handle-duplicate.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, noon, type TestSystem, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const release = { type: 'subscription.release' } as const;

/** An active subscription, held since its first minute because its period seems to have been paid for twice. */
async function heldSystem(terms: { readonly tariffId?: string; readonly renew?: boolean } = {}): Promise<TestSystem> {
  const system = await createSystemWithActive(user, terms);
  const row = system.readModelRows().find((candidate) => candidate.model === 'payments');
  if (row?.model !== 'payments') throw new Error('no payment in the read model');
  await handleDuplicate(system.services, user, row.row);
  await system.services.background.drained(minuteMs);
  await system.services.relay.idle();
  return system;
}

/** A charge was made whose object at the provider has another amount, which holds the subscription. */
async function systemWithMismatch(): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  system.provider.script('lost');
  await system.pass(28 * dayMs, 6 * hourMs);
  const charge = system.provider.entries().at(-1)?.object.id ?? '';
  system.provider.alter(charge, { amount: { amountMinor: 1, currency: 'RUB' } });
  await system.pass(hourMs);
  return system;
}

const day = { tariffId: tariffs.day.id };
const charges = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'charge');
async function stateOf(system: TestSystem) {
  const { subscription, entitlement } = await system.state(user);
  return { status: subscription?.status, watches: entitlement?.active === true };
}
const alarms = (system: TestSystem) =>
  system.errorLines().filter(({ fields }) => fields.type === 'hold.alarmed').length;

describe('a release', () => {
  test('lets the timers charge what is due a day after its notice, and access is never interrupted', async () => {
    const system = await heldSystem();
    await system.pass(30 * dayMs, hourMs);
    expect([await stateOf(system), charges(system)]).toEqual([{ status: 'active', watches: true }, []]);
    expect(await system.staff(user, release)).toBe('completed');
    await system.pass(23 * hourMs, 5 * minuteMs);
    expect(charges(system)).toEqual([]);
    await system.pass(2 * hourMs, 5 * minuteMs);
    expect((await system.state(user)).subscription).toMatchObject({
      ...{ status: 'active', held: null, extendedUntil: null },
      term: { periodIndex: 1, anchorIndex: 0 },
    });
    expect(charges(system)).toHaveLength(1);
    const access = system.facts(user).filter((event) => event.type === 'entitlement.changed');
    expect(access.filter((event) => !JSON.stringify(event).includes('"active":true'))).toEqual([]);
  });

  test('charges once where several periods have passed, and the charge begins a period of its own', async () => {
    const system = await heldSystem(day);
    await system.pass(10 * dayMs, hourMs);
    await system.staff(user, release);
    const released = system.clock.now();
    await system.pass(hourMs);
    expect(charges(system)).toHaveLength(1);
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', term: { periodIndex: 1, anchorIndex: 1 } });
    expect(subscription).toHaveProperty('term.anchor', released + 10 * minuteMs);
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
  });

  test('of one that does not renew leaves its paid time as it is', async () => {
    const system = await heldSystem({ renew: false });
    expect(await system.staff(user, release)).toBe('completed');
    await system.pass(27 * dayMs, hourMs);
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
    await system.pass(2 * dayMs, hourMs);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
  });

  test('is refused where nothing is held, and the second time', async () => {
    const system = await heldSystem();
    expect(await system.staff(user, release)).toBe('completed');
    expect(await system.staff(user, release)).toBe('nothing_to_release');
    expect(await createTestSystem().staff(user, release)).toBe('nothing_to_release');
  });

  test('is refused while the open payment contradicts its request, and follows its resolution', async () => {
    const system = await systemWithMismatch();
    const payment = (await system.state(user)).payment;
    expect(await system.staff(user, release)).toBe('payment_unresolved');
    const given = { paymentId: payment?.id ?? '', checkResult: 'failed', providerObjectId: null } as const;
    expect(await system.staff(user, { type: 'payment.resolve', ...given })).toBe('completed');
    expect((await system.state(user)).subscription).toMatchObject({ status: 'past_due', held: {} });
    expect(await system.staff(user, release)).toBe('completed');
    await system.pass(2 * dayMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('after the grace, where the renewal was declined, ends access until a retry is paid', async () => {
    const system = await systemWithMismatch();
    await system.pass(5 * dayMs, hourMs);
    const payment = (await system.state(user)).payment;
    const given = { paymentId: payment?.id ?? '', checkResult: 'failed', providerObjectId: null } as const;
    expect(await system.staff(user, { type: 'payment.resolve', ...given })).toBe('completed');
    expect(await stateOf(system)).toEqual({ status: 'past_due', watches: true });
    expect(await system.staff(user, release)).toBe('completed');
    expect(await stateOf(system)).toEqual({ status: 'past_due', watches: false });
  });
});

test('what a person has decided about is no contradiction any more, whatever the provider repeats', async () => {
  const system = await systemWithMismatch();
  const payment = (await system.state(user)).payment;
  const charge = system.provider.entries().at(-1)?.object.id ?? '';
  const given = { paymentId: payment?.id ?? '', checkResult: 'succeeded', providerObjectId: charge } as const;
  expect(await system.staff(user, { type: 'payment.resolve', ...given })).toBe('completed');
  expect(await system.staff(user, release)).toBe('completed');
  const alarmed = system.errorLines().length;
  await system.hint('payment', charge);
  expect((await system.state(user)).subscription).toMatchObject({ status: 'active', held: null });
  expect(system.errorLines()).toHaveLength(alarmed);
});

describe('a hold that no one ends', () => {
  test('ends the subscription after 30 days without a charge, and the subscriber can buy again', async () => {
    const system = await heldSystem(day);
    await system.pass(30 * dayMs - hourMs, hourMs);
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
    await system.pass(hourMs);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
    expect(charges(system)).toEqual([]);
    await system.pay(user);
    await system.payPage(user);
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
  });

  test.each([5, 11])('extends access to its own end and no further, a look every %i hours', async (hours) => {
    const system = await heldSystem(day);
    const { subscription } = await system.state(user);
    const since = subscription !== null && 'held' in subscription ? (subscription.held?.since ?? NaN) : NaN;
    await system.pass(32 * dayMs, hours * hourMs);
    const published = system
      .facts(user)
      .filter((fact) => fact.type === 'entitlement.changed' && fact['active'] === true)
      .map((fact) => Date.parse(String(fact['validUntil'])));
    expect(Math.max(...published)).toBe(since + 30 * dayMs);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
  });

  test('alarms operators after an hour, then daily, each time once', async () => {
    const system = await heldSystem(day);
    await system.pass(hourMs - 10 * minuteMs);
    expect(alarms(system)).toBe(0);
    await system.pass(10 * minuteMs);
    expect(alarms(system)).toBe(1);
    await system.pass(dayMs - 10 * minuteMs);
    expect(alarms(system)).toBe(1);
    await system.pass(28 * dayMs + 20 * minuteMs, 10 * minuteMs);
    expect(alarms(system)).toBe(30);
    const [line] = system.errorLines().filter(({ fields }) => fields.type === 'hold.alarmed');
    const since = new Date(noon).toISOString();
    expect(line?.fields.detail).toBe(`held since ${since}: a period was paid for twice`);
    await system.pass(5 * dayMs, hourMs);
    expect(alarms(system)).toBe(30);
  });

  test('shortens no paid time', async () => {
    const system = await heldSystem({ tariffId: tariffs.year.id });
    await system.pass(364 * dayMs, 12 * hourMs);
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
    await system.pass(5 * dayMs, 12 * hourMs);
    expect([await stateOf(system), charges(system)]).toEqual([{ status: 'expired', watches: false }, []]);
  });

  test('does not outlast a cancel: the subscription ends with its paid time, and the subscriber can buy again', async () => {
    const system = await heldSystem();
    await system.cancel(user);
    await system.pass(29 * dayMs, hourMs);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
    await system.pay(user);
    expect((await system.state(user)).subscription?.status).toBe('incomplete');
  });

  test('is ended at once by a cancel after the paid time', async () => {
    const system = await heldSystem();
    await system.pass(30 * dayMs, hourMs);
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
    await system.cancel(user);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
  });

  test('leaves no charge behind: one that contradicts its request is watched, and refunded if it succeeds', async () => {
    const system = await systemWithMismatch();
    const charge = system.provider.entries().at(-1)?.object.id ?? '';
    await system.pass(31 * dayMs, hourMs);
    const ended = await system.state(user);
    expect(ended).toMatchObject({ payment: null, watched: [{ watchedBecause: 'canceled' }] });
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
    system.provider.alter(charge, { amount: tariffs.month.price });
    await system.hint('payment', charge);
    expect(system.provider.entries().at(-1)?.object).toMatchObject({ object: 'refund', status: 'succeeded' });
  });
});
