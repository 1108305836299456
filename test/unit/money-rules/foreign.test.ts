import { describe, expect, test } from '@jest/globals';
import { Poison } from '../../../src/application/ports/faults.ts';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from '../../../src/domain/model/provider.ts';
import { nextDue } from '../../../src/domain/timers/next-due.ts';
import { handleHint } from '../../../src/application/handlers/handle-hint.ts';
import { readFrom } from '../../support/read-from.ts';
import { createTestSystem, type TestSystem, createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'foreign', causationId: null };

const alarms = (system: TestSystem) => system.facts(user).filter(({ type }) => type === 'invariant.violated');

/** The answer of the provider about this object. */
function hintAbout(system: TestSystem, object: ProviderObject) {
  const read: TestSystem['provider']['read'] = (kind, id, correlationId) =>
    id === object.id ? Promise.resolve(readFrom(kind, object)) : system.provider.read(kind, id, correlationId);
  const services = { ...system.services, provider: { ...system.provider, read } };
  const hint = { provider: 'yookassa', objectType: object.object, objectId: object.id };
  return handleHint(services, hint, { trace, hintedAt: system.clock.now() });
}

/** A page that was not paid in time, and that the document has no more. */
async function closedPage(system: TestSystem): Promise<string> {
  await system.pay(user);
  const { providerPaymentId: page } = (await system.state(user)).payment ?? {};
  if (page == null) throw new Error('no page is open');
  system.provider.finish(page, 'expired_on_confirmation');
  await system.hint('payment', page);
  return page;
}

function paidPage(system: TestSystem): ProviderPayment {
  const paid = system.provider.entries().find(({ object }) => object.object === 'payment')?.object;
  if (paid?.object !== 'payment') throw new Error('nothing is paid');
  return paid;
}

const refundOf = (payment: ProviderObject, changes: Partial<ProviderRefund> = {}): ProviderRefund => ({
  object: 'refund',
  id: 'refund-of-the-cabinet',
  status: 'succeeded',
  amount: payment.amount,
  metadata: { paymentId: null, userId: null, testClockId: null },
  createdAt: payment.createdAt,
  cancellation: null,
  providerPaymentId: payment.id,
  ...changes,
});

describe('a succeeded payment with our names that neither document nor read model knows', () => {
  test('alerts operators, and nothing else happens', async () => {
    const system = await createSystemWithActive(user);
    const known = paidPage(system);
    const unknown = { ...known, id: 'unheard-of', metadata: { ...known.metadata, paymentId: 'unheard-of-payment' } };
    const before = await system.state(user);
    expect(await hintAbout(system, unknown)).toEqual({ kind: 'handled' });
    await system.services.relay.idle();
    expect(alarms(system)).toMatchObject([{ rule: 'foreign_object', subjectId: 'unheard-of', actual: known.amount }]);
    expect(system.errorLines()).toMatchObject([{ fields: { rule: 'foreign_object', subjectId: 'unheard-of' } }]);
    const differences = ['foreign_object:unheard-of'];
    expect(await system.state(user)).toEqual({ ...before, differences, eventSeq: before.eventSeq + 1 });
  });

  test('of a user without a document is an error line and a dead letter', async () => {
    const paying = await createSystemWithActive(user);
    const system = createTestSystem();
    await expect(hintAbout(system, paidPage(paying))).rejects.toBeInstanceOf(Poison);
    expect(system.errorLines()).toMatchObject([{ fields: { userId: user, rule: 'foreign_object' } }]);
    expect(await system.services.store.load(user)).toBeNull();
  });

  test('waits while the outbox may still hold its row of the read model', async () => {
    const system = createTestSystem();
    system.breakBroker(true);
    const page = await closedPage(system);
    system.provider.alter(page, { status: 'succeeded', capturedAt: system.clock.now(), cancellation: null });
    const services = {
      ...system.services,
      past: { ...system.services.past, findPayment: () => Promise.resolve(null) },
    };
    const hint = { provider: 'yookassa', objectType: 'payment' as const, objectId: page };
    const handled = handleHint(services, hint, { trace, hintedAt: system.clock.now() });
    await expect(handled).rejects.toMatchObject({ code: 'object_unread', retryable: true });
    system.breakBroker(false);
    system.clock.advance(minuteMs);
    await system.sweep();
    await system.hint('payment', page);
    await system.pass(hourMs);
    expect(alarms(system)).toMatchObject([{ rule: 'contradiction' }]);
  });

  test.each([
    ['the document remembers', 24],
    ['only the read model remembers', 0],
  ])(
    'under the name of one that %s is no repeat of it, for its money was taken as well',
    async (_where, capturesMax) => {
      const system = await createSystemWithActive(user);
      const known = paidPage(system);
      const stored = await system.services.store.load(user);
      if (stored === null) throw new Error('no subscriber is stored');
      const subscriber = { ...stored.subscriber, captures: stored.subscriber.captures.slice(0, capturesMax) };
      const announce = nextDue(subscriber, system.services.policy);
      const save = { subscriber, expectedVersion: stored.version, saveId: 'forget', announce, entry: null };
      expect(await system.services.store.save(save)).toBe('saved');
      expect(await hintAbout(system, known)).toEqual({ kind: 'ignored', reason: 'repeat' });
      expect(await hintAbout(system, { ...known, id: 'taken-twice' })).toEqual({ kind: 'handled' });
      await system.services.relay.idle();
      expect(alarms(system)).toMatchObject([
        { rule: 'foreign_object', subjectId: 'taken-twice', actual: known.amount },
      ]);
    },
  );

  test('in another currency than requested raises an alarm, and is not refunded by itself', async () => {
    const system = createTestSystem();
    const page = await closedPage(system);
    const amount = { amountMinor: 500, currency: 'USD' };
    system.provider.alter(page, { status: 'succeeded', cancellation: null, amount });
    await system.hint('payment', page);
    expect(alarms(system)).toMatchObject([{ rule: 'foreign_object', subjectId: page, actual: amount }]);
    expect(system.provider.entries().filter(({ object }) => object.object === 'refund')).toEqual([]);
  });
});

describe('a refund that we did not request', () => {
  test('without our metadata waits until the money is back', async () => {
    const system = await createSystemWithActive(user);
    const refund = refundOf(paidPage(system), { status: 'pending' });
    expect(await hintAbout(system, refund)).toMatchObject({ kind: 'ignored' });
  });

  test('with our metadata raises an alarm as well', async () => {
    const system = await createSystemWithActive(user);
    const payment = paidPage(system);
    await hintAbout(system, refundOf(payment, { metadata: payment.metadata }));
    await system.services.relay.idle();
    expect(alarms(system)).toMatchObject([{ rule: 'foreign_object' }]);
  });

  test('of a payment that is not ours is ignored', async () => {
    const system = await createSystemWithActive(user);
    const payment = paidPage(system);
    system.provider.alter(payment.id, { metadata: { paymentId: null, userId: null, testClockId: null } });
    expect(await hintAbout(system, refundOf(payment))).toMatchObject({ kind: 'ignored' });
    expect(system.errorLines()).toEqual([]);
  });
});

describe('a refund of ours', () => {
  test('waits while the outbox may still hold its row of the read model', async () => {
    const system = await createSystemWithActive(user);
    const payment = paidPage(system);
    system.breakBroker(true);
    await system.cancel(user);
    const refund = refundOf(payment, { metadata: payment.metadata });
    await expect(hintAbout(system, refund)).rejects.toMatchObject({ code: 'object_unread', retryable: true });
    expect(system.errorLines()).toEqual([]);
  });

  test('changes nothing when it is closed', async () => {
    const system = createTestSystem();
    const page = await closedPage(system);
    system.provider.alter(page, { status: 'succeeded', capturedAt: system.clock.now(), cancellation: null });
    await system.hint('payment', page);
    await system.pass(hourMs);
    const refund = system.provider.entries().find(({ object }) => object.object === 'refund');
    expect((await system.state(user)).refunds).toEqual([]);
    const handled = await system.hint('refund', refund?.object.id ?? '');
    expect(handled).toEqual({ kind: 'ignored', reason: 'already closed' });
    expect(alarms(system)).toMatchObject([{ rule: 'contradiction' }]);
  });
});
