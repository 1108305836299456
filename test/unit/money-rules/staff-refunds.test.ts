import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { createReceiptSystem, newYear, sentReceipts, setContact } from './receipts-system.ts';
import { createSystemWithActive, createTestSystem, home, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
type More = { readonly amountMinor?: number; readonly revokeAccess?: boolean; readonly paymentId?: string };

const paymentOf = async (system: TestSystem, index = 0): Promise<string> =>
  (await system.state(user)).captures.at(index)?.paymentId ?? '';

async function refund(system: TestSystem, { amountMinor, revokeAccess = false, paymentId }: More = {}) {
  const given = { type: 'payment.refund', amountMinor: amountMinor ?? null, revokeAccess, cause: 'complaint' } as const;
  return system.staff(user, { ...given, paymentId: paymentId ?? (await paymentOf(system)) });
}
const refunds = (system: TestSystem) =>
  system.provider.entries().flatMap(({ object }) => (object.object === 'refund' ? [object.amount.amountMinor] : []));
const access = async (system: TestSystem) => (await system.state(user)).entitlement?.active;

describe('staff give the whole money of the present period back', () => {
  test('and revoke access: the subscription ends at once, and the fact says who ended it', async () => {
    const system = await createSystemWithActive(user);
    expect(await refund(system, { revokeAccess: true })).toBe('completed');
    expect(refunds(system)).toEqual([29_900]);
    expect(await access(system)).toBe(false);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'canceled', cause: 'refunded' });
    const facts = system.facts(user);
    expect(facts.find(({ type }) => type === 'subscription.canceled')).toMatchObject({ voluntary: false });
    const requested = facts.find(({ type }) => type === 'refund.requested');
    expect(requested).toMatchObject({ refund: { reason: 'staff', cause: 'complaint' } });
  });

  test('without revoking: access and renewal stay', async () => {
    const system = await createSystemWithActive(user);
    expect(await refund(system)).toBe('completed');
    expect(await access(system)).toBe(true);
    await system.pass(29 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('part by part: access ends with the last part', async () => {
    const system = await createSystemWithActive(user);
    expect(await refund(system, { amountMinor: 10_000, revokeAccess: true })).toBe('completed');
    expect(await access(system)).toBe(true);
    expect(await refund(system, { amountMinor: 19_900, revokeAccess: true })).toBe('completed');
    expect(await access(system)).toBe(false);
    expect(refunds(system)).toEqual([10_000, 19_900]);
  });

  test('while the charge of the next period is out: its money comes back as well', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost');
    await system.pass(28 * dayMs, hourMs);
    expect((await system.state(user)).payment?.state).toBe('unknown');
    expect(await refund(system, { revokeAccess: true })).toBe('completed');
    await system.pass(hourMs);
    expect(refunds(system)).toEqual([29_900, 29_900]);
    expect(await access(system)).toBe(false);
  });
});

describe.each([
  { of: 'the first period', passedMs: 0 },
  { of: 'a renewal', passedMs: 28 * dayMs },
])('$of goes back where the clock is behind the one that began it', ({ passedMs }) => {
  test('and access ends: nothing was paid ahead', async () => {
    const system = await createSystemWithActive(user);
    await system.pass(passedMs, 6 * hourMs);
    await system.pass(passedMs === 0 ? 0 : dayMs);
    const { subscription } = await system.state(user);
    if (subscription === null || !('methodId' in subscription)) throw new Error('the subscription is not live');
    system.clock.set(subscription.term.periodStart - minuteMs);
    expect(await refund(system, { revokeAccess: true, paymentId: await paymentOf(system, -1) })).toBe('completed');
    expect((await system.state(user)).subscription).toMatchObject({ status: 'canceled', cause: 'refunded' });
    expect(await access(system)).toBe(false);
  });
});

describe('staff give the money of a period back while the next one is paid ahead', () => {
  async function paidAhead(): Promise<TestSystem> {
    const system = await createSystemWithActive(user, { renew: false });
    await system.pass(10 * dayMs, 6 * hourMs);
    await system.pay(user, { renew: false });
    await system.payPage(user);
    return system;
  }

  test('of the next one, and revoke it: the present period stays', async () => {
    const system = await paidAhead();
    expect(await refund(system, { revokeAccess: true, paymentId: await paymentOf(system, 1) })).toBe('completed');
    expect(refunds(system)).toEqual([29_900]);
    expect(await system.state(user)).toMatchObject({
      ...{ subscription: { status: 'active', term: { periodIndex: 0 } }, entitlement: { active: true } },
    });
    await system.pay(user, { renew: false });
    await system.payPage(user);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test("of one that was paid anew since, and revoke it again: it is the other payment's, and each has its key", async () => {
    const system = await paidAhead();
    const first = await paymentOf(system, 1);
    await refund(system, { revokeAccess: true, paymentId: first });
    await system.pay(user, { renew: false });
    await system.payPage(user);
    const again = await paymentOf(system, 2);
    expect(await refund(system, { revokeAccess: true, paymentId: first })).toBe('completed');
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    await refund(system, { revokeAccess: true, paymentId: again });
    await system.pay(user, { renew: false });
    const { payment } = await system.state(user);
    expect([first, again]).not.toContain(payment?.id);
    expect(payment).toMatchObject({ attemptNo: 3 });
  });

  test('of the present one, and revoke it: what was paid ahead goes back as well', async () => {
    const system = await paidAhead();
    expect(await refund(system, { revokeAccess: true })).toBe('completed');
    await system.pass(minuteMs);
    expect(refunds(system)).toEqual([29_900, 29_900]);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'canceled', cause: 'refunded' });
    expect(await access(system)).toBe(false);
  });
});

test('a payment of an older period never touches access', async () => {
  const system = await createSystemWithActive(user);
  await system.pass(29 * dayMs, 6 * hourMs);
  expect(await refund(system, { revokeAccess: true })).toBe('completed');
  expect(refunds(system)).toEqual([29_900]);
  expect(await access(system)).toBe(true);
});

describe('is refused', () => {
  test('for more than is left of the payment, and where nothing was paid', async () => {
    const system = await createSystemWithActive(user);
    expect(await refund(system, { amountMinor: 29_901 })).toBe('refund_exceeds');
    expect(await refund(system, { amountMinor: 20_000 })).toBe('completed');
    expect(await refund(system, { amountMinor: 9_901 })).toBe('refund_exceeds');
    expect(await refund(system, { paymentId: 'none' })).toBe('refund_exceeds');
    expect(refunds(system)).toEqual([20_000]);
  });

  test('where less than a rouble would go back or stay', async () => {
    const system = await createSystemWithActive(user);
    expect(await refund(system, { amountMinor: 99 })).toBe('refund_remainder');
    expect(await refund(system, { amountMinor: 29_801 })).toBe('refund_remainder');
    expect(await refund(system, { amountMinor: 29_800 })).toBe('completed');
  });

  test('for a payment of more than three years ago', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    await system.pass(3 * 365 * dayMs - hourMs, 100 * dayMs);
    expect(await refund(system, { amountMinor: 10_000 })).toBe('completed');
    await system.pass(2 * hourMs);
    expect(await refund(system)).toBe('refund_window_over');
  });

  test('sooner for a kind of method that has a shorter window', async () => {
    const system = createTestSystem({ ...home, settings: { refundWindowsMs: { bank_card: 365 * dayMs } } });
    await system.pay(user, { renew: false });
    await system.payPage(user);
    await system.pass(365 * dayMs - hourMs, 30 * dayMs);
    expect(await refund(system, { amountMinor: 10_000 })).toBe('completed');
    await system.pass(2 * hourMs);
    expect(await refund(system)).toBe('refund_window_over');
  });

  test('while 24 refunds are open: the document stays small', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.year.id });
    system.provider.scriptRefunds(...Array.from({ length: 24 }, () => 'insufficient_funds' as const));
    for (let made = 0; made < 24; made += 1) expect(await refund(system, { amountMinor: 1_000 })).toBe('completed');
    expect(await refund(system, { amountMinor: 1_000 })).toBe('payment_in_progress');
  });
});

describe('beside a refund of the cabinet', () => {
  test('that was made at once, ours asks again for what that one has left', async () => {
    const system = await createSystemWithActive(user);
    const { providerPaymentId = '' } = (await system.state(user)).captures[0] ?? {};
    const byHand = system.provider.refundInCabinet(providerPaymentId, 20_000);
    expect(await refund(system)).toBe('completed');
    await system.hint('refund', byHand);
    await system.pass(2 * hourMs);
    expect(refunds(system)).toEqual([9_900]);
    expect((await system.state(user)).captures[0]?.refundedMinor).toBe(29_900);
  });

  test('of all of it, there is nothing left to give back, and access may still be revoked', async () => {
    const system = await createSystemWithActive(user);
    const { providerPaymentId = '' } = (await system.state(user)).captures[0] ?? {};
    await system.hint('refund', system.provider.refundInCabinet(providerPaymentId, 29_900));
    expect(await refund(system, { amountMinor: 100 })).toBe('refund_exceeds');
    expect(await refund(system, { revokeAccess: true })).toBe('completed');
    expect(refunds(system)).toEqual([]);
    expect(await access(system)).toBe(false);
  });
});

describe('a payment that the document has forgotten', () => {
  async function systemWithForgotten() {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const paymentId = await paymentOf(system);
    await system.pass(30 * dayMs, 6 * hourMs);
    expect((await system.state(user)).captures.some((capture) => capture.paymentId === paymentId)).toBe(false);
    return { system, paymentId };
  }

  test('is refunded by the books, and what went back before counts', async () => {
    const { system, paymentId } = await systemWithForgotten();
    expect(await refund(system, { paymentId, amountMinor: 2_000 })).toBe('completed');
    await system.pass(3 * dayMs, 6 * hourMs);
    expect((await system.state(user)).captures.some((capture) => capture.paymentId === paymentId)).toBe(false);
    expect(await refund(system, { paymentId, amountMinor: 901 })).toBe('refund_exceeds');
    expect(await refund(system, { paymentId })).toBe('completed');
    expect(refunds(system)).toEqual([2_000, 900]);
  });

  test('has the receipt of a part with the VAT rate of its payment', async () => {
    const system = createReceiptSystem();
    await setContact(system);
    await system.pay(user, { tariffId: tariffs.day.id });
    await system.payPage(user);
    const paymentId = await paymentOf(system);
    await system.pass(30 * dayMs, 6 * hourMs);
    expect((await system.state(user)).captures.some((capture) => capture.paymentId === paymentId)).toBe(false);
    expect(await refund(system, { paymentId, amountMinor: 1_000 })).toBe('completed');
    expect(sentReceipts(system).at(-1)).toMatchObject({
      path: '/refunds',
      receipt: { items: [{ vat_code: 4, amount: { value: '10.00' }, description: 'Возврат по обращению' }] },
    });
  });

  test('is none that was charged just now: a cancel from before the refund takes nothing back', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    await system.pass(2 * dayMs, 6 * hourMs);
    const paymentId = await paymentOf(system, 1);
    await system.pass(30 * dayMs, 6 * hourMs);
    expect((await system.state(user)).captures.some((capture) => capture.paymentId === paymentId)).toBe(false);
    system.provider.scriptRefunds('insufficient_funds');
    const cancel = system.cancelCommand(user, 'period_end');
    system.clock.advance(secondMs);
    expect(await refund(system, { paymentId, amountMinor: 1_000 })).toBe('completed');
    const { subscription, captures } = await system.state(user);
    expect(captures.find((capture) => capture.paymentId === paymentId)).toMatchObject({ kind: 'charge' });
    await system.deliver(cancel);
    await system.pass(2 * hourMs);
    const back = system.provider
      .entries()
      .filter(({ object: { object, status } }) => object === 'refund' && status === 'succeeded');
    expect(back.map(({ object }) => object.amount.amountMinor)).toEqual([1_000]);
    const { term } = subscription as { readonly term: object };
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', cancelAtPeriodEnd: true, term });
  });

  test('that was paid before receipts were made has the VAT rate of the day on which it was paid', async () => {
    const system = createTestSystem();
    system.clock.set(newYear - 10 * dayMs);
    await system.pay(user, { tariffId: tariffs.day.id });
    await system.payPage(user);
    const paymentId = await paymentOf(system);
    await system.pass(40 * dayMs, 6 * hourMs);
    const { receipts } = createReceiptSystem().services.policy;
    Object.assign(system.services, { policy: { ...system.services.policy, receipts } });
    await setContact(system);
    expect(await refund(system, { paymentId, amountMinor: 1_000 })).toBe('completed');
    expect(sentReceipts(system).at(-1)).toMatchObject({ path: '/refunds', receipt: { items: [{ vat_code: 4 }] } });
  });

  test('waits while the books may be behind the document', async () => {
    const { system, paymentId } = await systemWithForgotten();
    system.breakBroker(true);
    await system.cancel(user);
    await expect(refund(system, { paymentId })).rejects.toMatchObject({ code: 'books_behind', retryable: true });
    system.breakBroker(false);
    await system.sweep();
    await system.pass(minuteMs, minuteMs);
    expect(await refund(system, { paymentId })).toBe('completed');
    expect(refunds(system)).toEqual([2_900]);
  });
});
