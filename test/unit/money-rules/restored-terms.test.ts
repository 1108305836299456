import { describe, expect, test } from '@jest/globals';
import type { CommandInput } from '../../../src/domain/commands/index.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import { createSystemWithActive, createTestSystem, home, type TestSystem, tariffs } from '../../support/test-system.ts';

// What was agreed to, given back and decided since the backup counts as it was (docs/disaster.md). In these tests the read
// models are newer than the restored documents.

const user = '11111111-1111-4111-8111-111111111111';
const price = 29_900;

type StaffInput = Extract<CommandInput, { readonly paymentId: string }>;
type Order = { readonly [Type in StaffInput['type']]: Omit<Extract<StaffInput, { type: Type }>, 'userId' | 'reason'> };

let orders = 0;
/** A command of staff that can be delivered again. */
function byStaff(system: TestSystem, input: Order[keyof Order]) {
  const given = { commandId: `order-${(orders += 1)}`, userId: user, acceptedAt: system.clock.now() };
  const staff = { kind: 'staff', id: 'anna' } as const;
  return {
    ...{ ...given, actor: staff, bodyHash: 'a'.repeat(64), notAfter: null, reason: 'a letter' },
    ...input,
  } as Parameters<TestSystem['deliver']>[0];
}

async function deliver(system: TestSystem, command: Parameters<TestSystem['deliver']>[0]): Promise<void> {
  await system.deliver(command);
  await system.services.relay.idle();
}

const captureOf = async (system: TestSystem) => (await system.state(user)).captures.at(-1)!;
const refunds = (system: TestSystem) =>
  system.provider.entries().flatMap(({ object }) => (object.object === 'refund' ? [object] : []));
const factsOf = (system: TestSystem, type: string) => system.facts(user).filter((fact) => fact.type === type);
function later({ clock }: TestSystem, ms: number): void {
  clock.set(clock.now() + ms);
}

describe('a purchase', () => {
  test('keeps the price that the subscriber agreed to, where it was raised since', async () => {
    const month = { ...tariffs.month };
    const system = createTestSystem({ ...home, sold: [month] });
    const backup = system.backUp();
    const bought = await system.pay(user);
    await system.payPage(user);
    later(system, 25 * hourMs);
    Object.assign(month, { version: 2, price: { amountMinor: 39_900, currency: 'RUB' } });
    await system.restore(backup);
    await deliver(system, bought);
    await system.pass(hourMs);
    const { subscription, captures, recalled } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', held: null, tariff: { price: { amountMinor: price } } });
    expect([captures.map(({ capturedMinor }) => capturedMinor), recalled]).toEqual([[price], []]);
    expect(system.errorLines()).toEqual([]);
  });

  test('has its own page, although an earlier one would be shown to it today', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const first = await system.pay(user);
    later(system, 58 * minuteMs);
    const second = await system.pay(user);
    await system.payPage(user);
    later(system, 25 * hourMs);
    await system.restore(backup);
    await deliver(system, first);
    await deliver(system, second);
    await system.pass(hourMs);
    expect(await system.state(user)).toMatchObject({ subscription: { status: 'active' }, recalled: [] });
    expect(await system.outcome(user, second.commandId)).toMatchObject({ kind: 'completed' });
  });

  test('is followed by its renewals at once', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const bought = await system.pay(user, { tariffId: tariffs.day.id });
    await system.payPage(user);
    await system.pass(25 * hourMs, hourMs);
    expect((await system.state(user)).captures).toHaveLength(2);
    later(system, 2 * hourMs);
    await system.restore(backup);
    await deliver(system, bought);
    await system.runDue();
    expect(await system.state(user)).toMatchObject({ subscription: { term: { periodIndex: 1 } }, recalled: [] });
  });
});

test('a charge names the notice that announced it, which the document has forgotten', async () => {
  const system = await createSystemWithActive(user);
  await system.pass(20 * dayMs, 6 * hourMs);
  const backup = system.backUp();
  await system.pass(12 * dayMs, 6 * hourMs);
  const [before] = factsOf(system, 'payment.created').slice(-1);
  expect(before).toMatchObject({ payment: { kind: 'charge' } });
  await system.restore(backup);
  const [after] = factsOf(system, 'payment.created').slice(-1);
  const noticeOf = (fact: typeof before): unknown =>
    (fact?.['payment'] as { readonly noticeId?: string } | undefined)?.noticeId;
  expect(after).not.toBe(before);
  expect(noticeOf(after)).toBe(noticeOf(before));
  expect(typeof noticeOf(after)).toBe('string');
});

test('a retry within the grace names that notice too, where the charge was declined before the restore', async () => {
  const system = await createSystemWithActive(user);
  const [method] = (await system.state(user)).methods;
  system.provider.setMethod(method?.id ?? '', { always: 'insufficient_funds' });
  await system.pass(20 * dayMs, 6 * hourMs);
  const backup = system.backUp();
  const charges = () =>
    factsOf(system, 'payment.created').flatMap(({ payment }) => {
      const { kind, attemptNo, noticeId } = payment as Pick<Payment, 'kind' | 'attemptNo' | 'noticeId'>;
      return kind === 'charge' ? [{ attemptNo, noticeId }] : [];
    });
  while (charges().length === 0) await system.pass(6 * hourMs, hourMs);
  const [declined] = charges();
  const from = charges().length;
  await system.restore(backup);
  await system.pass(2 * dayMs, 6 * hourMs);
  expect(charges().slice(from, from + 2)).toEqual([declined, { attemptNo: 2, noticeId: declined?.noticeId }]);
  expect(declined?.noticeId).toBeDefined();
});

describe('a subscriber who left with a refund', () => {
  test.each([
    ['of a part', tariffs.month.id, 2 * dayMs],
    ['whose period is over by now', tariffs.day.id, 5 * hourMs],
  ])('%s: what went back is what is said, and no more goes back', async (_name, tariffId, usedMs) => {
    const system = await createSystemWithActive(user, { tariffId });
    const backup = system.backUp();
    later(system, usedMs);
    const leave = { ...system.cancelCommand(user, 'immediate'), refund: 'prorated' as const };
    await deliver(system, leave);
    const [made] = refunds(system);
    later(system, 3 * dayMs);
    await system.restore(backup);
    await deliver(system, leave);
    await system.pass(2 * hourMs);
    expect(refunds(system)).toEqual([made]);
    const [canceled] = factsOf(system, 'subscription.canceled').slice(-1);
    const endedAt = new Date(leave.acceptedAt).toISOString();
    expect(canceled).toMatchObject({ refunded: made?.amount, subscription: { endedAt } });
    expect(await system.state(user)).toMatchObject({ subscription: { status: 'canceled' }, recalled: [], refunds: [] });
    expect(system.errorLines()).toEqual([]);
  });
});

describe('a refund of staff', () => {
  const all = { type: 'payment.refund', amountMinor: null, revokeAccess: false, cause: 'complaint' } as const;

  /** Given after the backup; its first two attempts are declined. */
  async function refunded() {
    const system = await createSystemWithActive(user);
    const { paymentId } = await captureOf(system);
    const backup = system.backUp();
    system.provider.scriptRefunds('general_decline', 'general_decline');
    const refund = byStaff(system, { ...all, paymentId });
    await deliver(system, refund);
    return { system, backup, refund };
  }

  test('that failed again and again is one refund: no attempt is taken for another', async () => {
    const { system, backup, refund } = await refunded();
    await system.pass(2 * hourMs);
    expect(refunds(system)).toHaveLength(2);
    later(system, 25 * hourMs);
    await system.restore(backup);
    await deliver(system, refund);
    const [open] = (await system.state(user)).refunds;
    expect(open).toMatchObject({ state: 'failed', earlierRefundIds: [refunds(system)[0]?.id] });
    await system.pass(2 * dayMs, hourMs);
    expect(refunds(system).map(({ status }) => status)).toEqual(['canceled', 'canceled', 'succeeded']);
    const keys = system.provider.sends().flatMap((sent) => (sent.order.kind === 'refund' ? [sent.idempotenceKey] : []));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('whose first attempt the provider refused without an object: no key is sent again with other bytes', async () => {
    const system = await createSystemWithActive(user);
    const { paymentId } = await captureOf(system);
    const backup = system.backUp();
    system.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: null });
    system.provider.scriptRefunds('insufficient_funds');
    const refund = byStaff(system, { ...all, paymentId });
    await deliver(system, refund);
    await system.pass(2 * hourMs);
    expect(refunds(system)).toMatchObject([{ status: 'canceled' }]);
    later(system, hourMs);
    await system.restore(backup);
    await deliver(system, refund);
    await system.pass(2 * dayMs, hourMs);
    expect(refunds(system).map(({ status }) => status)).toEqual(['canceled', 'succeeded']);
    const keys = system.provider.sends().flatMap((sent) => (sent.order.kind === 'refund' ? [sent.idempotenceKey] : []));
    expect(keys).toHaveLength(new Set(keys).size);
  });

  test('that they then paid by other means is asked for no more', async () => {
    const { system, backup, refund } = await refunded();
    const [first] = (await system.state(user)).refunds;
    await system.pass(2 * hourMs);
    const paid = byStaff(system, { type: 'refund.record_external', paymentId: first?.id ?? '', amountMinor: null });
    // They name the attempt that they saw.
    const [second] = (await system.state(user)).refunds;
    const record = { ...paid, paymentId: second?.id ?? '' } as typeof paid;
    await deliver(system, record);
    expect((await system.state(user)).refunds).toEqual([]);
    later(system, 25 * hourMs);
    await system.restore(backup);
    await deliver(system, refund);
    await deliver(system, record);
    await system.pass(3 * dayMs, hourMs);
    expect(refunds(system).map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    expect(await system.state(user)).toMatchObject({ refunds: [], recalled: [] });
    expect(await captureOf(system)).toMatchObject({ refundedMinor: price });
  });

  test('that had been made before the backup, and is read again, is not made twice', async () => {
    const system = await createSystemWithActive(user);
    const { paymentId } = await captureOf(system);
    const refund = byStaff(system, { ...all, paymentId, amountMinor: 1_000 });
    await deliver(system, refund);
    // The document holds the newest commands only.
    for (let more = 0; more < 60; more += 1) await deliver(system, system.payCommand(user));
    later(system, minuteMs);
    await system.restore(system.backUp());
    await deliver(system, refund);
    await system.pass(2 * hourMs);
    expect(refunds(system).map(({ amount }) => amount.amountMinor)).toEqual([1_000]);
  });

  test('that comes to nothing when it is read again is named', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const backup = system.backUp();
    await system.payPage(user);
    const { paymentId } = await captureOf(system);
    const refund = byStaff(system, { ...all, paymentId: `${paymentId.slice(0, -1)}f` });
    await system.restore(backup);
    await deliver(system, refund);
    expect(system.errorLines()).toMatchObject([{ fields: { subjectId: refund.commandId, rule: 'contradiction' } }]);
  });
});

test('an unlink of a method that the document has forgotten is named: the card may be linked under another id', async () => {
  const system = await createSystemWithActive(user);
  const backup = system.backUp();
  const given = { commandId: 'unlink', userId: user, acceptedAt: system.clock.now(), bodyHash: 'a'.repeat(64) };
  const actor = { kind: 'user', id: user } as const;
  await system.restore(backup);
  await deliver(system, { ...given, actor, notAfter: null, type: 'payment_method.unlink', methodId: 'bound-since' });
  expect(system.errorLines()).toMatchObject([{ fields: { subjectId: 'unlink', rule: 'contradiction' } }]);
});

describe('read models that are newer than the documents', () => {
  test('do not hide a chargeback: its command ends access again', async () => {
    const system = await createSystemWithActive(user);
    const { paymentId } = await captureOf(system);
    const backup = system.backUp();
    const chargeback = byStaff(system, {
      ...{ type: 'payment.record_chargeback', paymentId, date: '2026-01-31', amountMinor: price, won: null },
    });
    await deliver(system, chargeback);
    await system.restore(backup);
    expect((await system.state(user)).entitlement).toMatchObject({ active: true });
    await deliver(system, chargeback);
    expect(await system.state(user)).toMatchObject({
      ...{ subscription: { status: 'canceled', cause: 'charged_back' }, entitlement: { active: false } },
      chargesStopped: { paymentId },
    });
  });

  test('do not hide a refund of the cabinet: it is counted again', async () => {
    const system = await createSystemWithActive(user);
    const { providerPaymentId } = await captureOf(system);
    const backup = system.backUp();
    const refund = system.provider.refundInCabinet(providerPaymentId, 10_000);
    await system.hint('refund', refund);
    expect(await captureOf(system)).toMatchObject({ refundedMinor: 10_000 });
    await system.restore(backup);
    await system.hint('refund', refund);
    expect(await captureOf(system)).toMatchObject({ refundedMinor: 10_000 });
    expect(factsOf(system, 'refund.recorded_external')).toHaveLength(2);
  });

  test('show what the documents hold, and nothing that these have forgotten', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const before = system.readModelRows();
    const backup = system.backUp();
    const cancel = await system.cancel(user, 'immediate');
    const bought = await system.pay(user);
    expect(system.readModelRows().length).toBeGreaterThan(before.length);
    await system.restore(backup);
    const rows = system.readModelRows();
    const commands = rows.flatMap(({ model, id }) => (model === 'commands' ? [id] : []));
    for (const { commandId } of [cancel, bought]) expect(commands).not.toContain(commandId);
    const shown = rows.flatMap(({ model, row }) => (model === 'subscriptions' ? [row] : []));
    expect(shown).toEqual([(await system.state(user)).subscription]);
    expect(rows.filter(({ model }) => model === 'payments')).toHaveLength(1);
  });
});
