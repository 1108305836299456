import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { ProviderPayment } from '../../../src/domain/model/provider.ts';
import { handleHint } from '../../../src/application/handlers/handle-hint.ts';
import { createReconciledActive, createReconciledSystem } from '../../support/reconciled-system.ts';
import { createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const price = 29_900;

const active = () => createReconciledActive(user);

const factsOf = (system: TestSystem, type: string) => system.facts(user).filter((fact) => fact.type === type);
const differences = (system: TestSystem) => factsOf(system, 'reconciliation.difference_found');
const alarms = (system: TestSystem) => factsOf(system, 'invariant.violated');
const refundsAt = (system: TestSystem) =>
  system.provider
    .entries()
    .filter(({ object }) => object.object === 'refund')
    .map(({ object }) => object);

/** Compares twice before the hints are handled, handles each three times, and compares again in the next window. */
async function compareOverAndOver(system: TestSystem, books: ReturnType<typeof createReconciledSystem>) {
  const first = await books.reconcile();
  system.clock.advance(10 * minuteMs);
  const second = await books.reconcile();
  await books.handleHints(3);
  system.clock.advance(10 * minuteMs);
  const third = await books.reconcile();
  await books.handleHints(3);
  return { first, second, third };
}

/** A page that is over before it is paid, as far as the provider has said. */
async function givenUp() {
  const system = createTestSystem();
  const books = createReconciledSystem(system);
  await system.pay(user);
  const page = (await system.state(user)).payment?.providerPaymentId ?? '';
  system.provider.finish(page, 'expired_on_confirmation');
  await system.hint('payment', page);
  return { system, books, page };
}

describe('books that agree', () => {
  test('have no difference, and nothing is announced', async () => {
    const { books } = await active();
    const counts = await books.reconcile();
    expect(counts).toEqual({ pages: 2, payments: 1, refunds: 0, unreadable: 0, not_compared: 0 });
    expect(await books.handleHints()).toEqual([]);
  });

  test('and read models that lag behind them do not differ', async () => {
    const system = createTestSystem();
    const books = createReconciledSystem(system);
    await system.pay(user);
    system.breakBroker(true);
    await system.payPage(user);
    system.clock.advance(10 * minuteMs);
    expect(await books.reconcile()).toEqual({ pages: 2, payments: 1, refunds: 0, unreadable: 0, not_compared: 0 });
  });

  test('and money that was taken a moment ago does not differ', async () => {
    const system = createTestSystem();
    const books = createReconciledSystem(system);
    await system.pay(user);
    system.clock.advance(10 * minuteMs);
    system.provider.finish((await system.state(user)).payment?.providerPaymentId ?? '', 'succeeded');
    system.clock.advance(4 * minuteMs);
    expect(await books.reconcile()).toEqual({ pages: 2, payments: 1, refunds: 0, unreadable: 0, not_compared: 0 });
  });
});

describe('a page that was paid without a notification', () => {
  test('is applied', async () => {
    const system = createTestSystem();
    const books = createReconciledSystem(system);
    await system.pay(user);
    system.provider.finish((await system.state(user)).payment?.providerPaymentId ?? '', 'succeeded');
    system.clock.advance(10 * minuteMs);
    const { first, second, third } = await compareOverAndOver(system, books);
    expect([first['not_applied'], second['not_applied'], third['not_applied']]).toEqual([1, 1, undefined]);
    expect((await system.state(user)).subscription?.status).toBe('active');
    expect(differences(system)).toMatchObject([{ kind: 'not_applied', theirs: { state: 'succeeded' } }]);
  });
});

describe('money that was taken after we had given the payment up', () => {
  test('is refunded', async () => {
    const { system, books, page } = await givenUp();
    system.provider.alter(page, { status: 'succeeded', capturedAt: system.clock.now(), cancellation: null });
    system.clock.advance(10 * minuteMs);
    const { third } = await compareOverAndOver(system, books);
    expect(third['late_success']).toBeUndefined();
    expect(refundsAt(system)).toMatchObject([{ status: 'succeeded', amount: { amountMinor: price } }]);
    expect(differences(system)).toMatchObject([{ kind: 'late_success', ours: { state: 'failed' } }]);
  });
});

describe('a success that the provider does not have', () => {
  test('because it is canceled there holds the subscription and alerts once', async () => {
    const { system, books, paid } = await active();
    const cancellation = { reason: 'general_decline', party: 'payment_network' };
    books.put({ ...paid, status: 'canceled', capturedAt: null, cancellation });
    await compareOverAndOver(system, books);
    expect((await system.state(user)).subscription).toMatchObject({
      held: { reason: expect.stringContaining('contradiction') },
    });
    expect(differences(system)).toMatchObject([{ kind: 'not_succeeded_there', theirs: { state: 'canceled' } }]);
    expect(alarms(system)).toMatchObject([{ rule: 'contradiction', subjectId: paid.id }]);
  });

  test('because it is in no list and under no id there alerts once', async () => {
    const { system, books, paid } = await active();
    books.remove(paid.id);
    const { first, third } = await compareOverAndOver(system, books);
    expect([first['absent_there'], third['absent_there']]).toEqual([1, 1]);
    expect(differences(system)).toMatchObject([{ kind: 'absent_there', subject: { id: paid.id }, theirs: null }]);
    expect(alarms(system)).toMatchObject([{ rule: 'contradiction', subjectId: paid.id }]);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', held: null });
  });

  test('and is only missing from the list of this window is no difference', async () => {
    const { books, paid } = await active();
    books.put({ ...paid, createdAt: paid.createdAt - 30 * dayMs });
    expect(await books.reconcile()).toEqual({ pages: 2, payments: 0, refunds: 0, unreadable: 0, not_compared: 0 });
  });

  test('with another amount holds the subscription and alerts once', async () => {
    const { system, books, paid } = await active();
    books.put({ ...paid, amount: { amountMinor: 100, currency: 'RUB' } });
    await compareOverAndOver(system, books);
    expect((await system.state(user)).subscription).toMatchObject({ held: { since: expect.anything() } });
    expect(differences(system)).toMatchObject([{ kind: 'amount_differs', theirs: { amount: { amountMinor: 100 } } }]);
    expect(alarms(system)).toHaveLength(1);
  });
});

describe('an object that our books do not have', () => {
  const stranger = (paid: ProviderPayment): ProviderPayment => ({
    ...paid,
    id: 'stranger',
    metadata: { ...paid.metadata, paymentId: 'never-heard-of' },
  });

  test('with our names alerts once, however often the provider names it', async () => {
    const { system, books, paid } = await active();
    books.put(stranger(paid));
    const { third } = await compareOverAndOver(system, books);
    expect(third['unknown_here']).toBe(1);
    const hint = { provider: 'yookassa', objectType: 'payment' as const, objectId: 'stranger' };
    const hinted = { trace: { correlationId: 'again', causationId: null }, hintedAt: system.clock.now() };
    for (let again = 0; again < 100; again += 1) await handleHint(books.services, hint, hinted);
    await system.services.relay.idle();
    expect(alarms(system)).toMatchObject([{ rule: 'foreign_object', subjectId: 'stranger' }]);
    expect(differences(system)).toMatchObject([{ kind: 'unknown_here', ours: null }]);
  });

  test('of a user without a document alerts once, and nothing is announced', async () => {
    const { system, books, paid } = await active();
    const metadata = { ...paid.metadata, userId: '22222222-2222-4222-8222-222222222222' };
    books.put({ ...stranger(paid), metadata });
    const { first, third } = await compareOverAndOver(system, books);
    expect([first['unknown_here'], third['unknown_here']]).toEqual([1, 1]);
    expect(system.errorLines()).toMatchObject([{ fields: { rule: 'foreign_object', subjectId: 'stranger' } }]);
    expect(system.messages.filter(({ topic }) => topic === 'billing.hints.v1')).toEqual([]);
  });

  test('without our names is only counted: an invoice of the cabinet', async () => {
    const { system, books, paid } = await active();
    books.put({ ...stranger(paid), metadata: { paymentId: null, userId: null, testClockId: null } });
    const { first } = await compareOverAndOver(system, books);
    expect(first['foreign']).toBe(1);
    expect([differences(system), alarms(system), system.errorLines()]).toEqual([[], [], []]);
  });

  test('is a second refund under our names: no repeat of the first', async () => {
    const { system, books } = await active();
    await system.pay(user, { tariffId: 'tariff-day' });
    const page = books.payments()[0];
    if (page === undefined) throw new Error('nothing is paid');
    const refund = books.refundInCabinet(page, price);
    books.put({ ...refund, id: 'second', metadata: page.metadata });
    books.put({ ...refund, id: 'first', status: 'canceled' });
    books.remove('cabinet');
    system.clock.advance(10 * minuteMs);
    await compareOverAndOver(system, books);
    expect(alarms(system)).toMatchObject([{ rule: 'foreign_object', subjectId: 'second' }]);
    expect(differences(system)).toMatchObject([{ kind: 'unknown_here', subject: { object: 'refund', id: 'second' } }]);
  });
});

describe('a refund that staff made in the cabinet', () => {
  test('is adopted once: it counts, access and renewal stay, and operators are alerted', async () => {
    const { system, books, paid } = await active();
    books.refundInCabinet(paid, price);
    system.clock.advance(10 * minuteMs);
    const { first, third } = await compareOverAndOver(system, books);
    expect([first['cabinet_refund'], third['cabinet_refund']]).toEqual([1, undefined]);
    expect(factsOf(system, 'refund.recorded_external')).toMatchObject([
      { providerRefundId: 'cabinet', refundedMinor: price, capturedMinor: price },
    ]);
    const { captures, subscription, entitlement } = await system.state(user);
    expect(captures).toMatchObject([{ refundedMinor: price }]);
    expect(subscription).toMatchObject({ status: 'active', autoRenew: true, held: null });
    expect(entitlement).toMatchObject({ active: true });
    expect(system.errorLines()).toMatchObject([{ fields: { type: 'refund.recorded_external', subjectId: 'cabinet' } }]);
  });

  test('is adopted by its notification alone, without a difference', async () => {
    const { system, books, paid } = await active();
    books.refundInCabinet(paid, price);
    const hint = { provider: 'yookassa', objectType: 'refund' as const, objectId: 'cabinet' };
    const hinted = { trace: { correlationId: 'n', causationId: null }, hintedAt: system.clock.now() };
    for (let again = 0; again < 3; again += 1) {
      await handleHint(books.services, hint, hinted);
      await system.services.relay.idle();
    }
    expect(factsOf(system, 'refund.recorded_external')).toHaveLength(1);
    expect(differences(system)).toEqual([]);
  });

  test('of a charge whose answer never came, and that succeeded after we had given it up, is adopted', async () => {
    const { system, books } = await givenUp();
    const [closed] = books.payments();
    if (closed === undefined) throw new Error('there is no page');
    // Our row names another object: to it, this name of the provider is as new as one that no answer has brought.
    const late: ProviderPayment = { ...closed, id: 'late', status: 'succeeded', capturedAt: system.clock.now() };
    books.put(late);
    system.clock.advance(10 * minuteMs);
    await compareOverAndOver(system, books);
    books.refundInCabinet(late, 10_000);
    system.clock.advance(10 * minuteMs);
    const { first, third } = await compareOverAndOver(system, books);
    expect([first['cabinet_refund'], third['cabinet_refund']]).toEqual([1, undefined]);
    expect(factsOf(system, 'refund.recorded_external')).toMatchObject([{ providerRefundId: 'cabinet' }]);
  });

  test('in parts counts in parts, and what is left can still be refunded', async () => {
    const { system, books, paid } = await active();
    books.refundInCabinet(paid, 10_000, 'part-1');
    books.refundInCabinet(paid, 4_900, 'part-2');
    system.clock.advance(10 * minuteMs);
    await compareOverAndOver(system, books);
    expect((await system.state(user)).captures).toMatchObject([{ refundedMinor: 14_900 }]);
    const rows = system.readModelRows().filter(({ model }) => model === 'refunds');
    expect(rows.map(({ id }) => id).toSorted()).toEqual(['part-1', 'part-2']);
    expect(await system.services.past.findPayment(user, paid.metadata.paymentId ?? '')).toMatchObject({
      isRefunded: false,
    });
  });

  test('above what was captured is capped and raises an alarm', async () => {
    const { system, books, paid } = await active();
    books.refundInCabinet(paid, price, 'all');
    books.refundInCabinet(paid, 100, 'more');
    system.clock.advance(10 * minuteMs);
    await compareOverAndOver(system, books);
    expect((await system.state(user)).captures).toMatchObject([{ refundedMinor: price }]);
    expect(alarms(system)).toMatchObject([{ rule: 'contradiction' }]);
  });
});

describe('a provider that does not answer', () => {
  const unreadable = { code: 'list_unreadable', retryable: true };

  test('fails the run, and the next run goes on where it ended', async () => {
    const { system, books } = await active();
    books.list.failPages(1);
    await expect(books.reconcile()).rejects.toMatchObject(unreadable);
    expect(system.errorLines()).toEqual([]);
    // In two slices, as the first one is shorter after a list that could not be read.
    expect(await books.reconcile()).toMatchObject({ pages: 4, payments: 1 });
    const read = books.list.pages();
    expect(await books.reconcile()).toMatchObject({ pages: 4, payments: 1 });
    expect(books.list.pages()).toBe(read);
  });

  test('keeps the window of the walk that it interrupted', async () => {
    const { system, books } = await active();
    books.list.failPages(1);
    await expect(books.reconcile()).rejects.toMatchObject(unreadable);
    await system.pass(hourMs);
    await books.reconcile();
    expect(await system.services.walks.load('recent')).toMatchObject({ summary: { payments: 1 } });
  });
});
