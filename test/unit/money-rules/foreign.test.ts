import { describe, expect, test } from '@jest/globals';
import { Poison } from '../../../src/application/ports/doors.ts';
import { hourMs } from '../../../src/domain/instant.ts';
import type { Finding, ProviderObject, ProviderPayment, ProviderRefund } from '../../../src/domain/provider.ts';
import { handleHint } from '../../../src/application/handle-hint.ts';
import { createHouse, type House, houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'foreign', causationId: null };

const alarms = (house: House) => house.facts(user).filter(({ type }) => type === 'invariant.violated');

/** What the provider tells of this object to whom it notifies. */
function hintAbout(house: House, object: ProviderObject) {
  const read: House['provider']['read'] = (kind, id, correlationId) => {
    const found: Finding = { kind: 'found', object };
    return id === object.id ? Promise.resolve(found) : house.provider.read(kind, id, correlationId);
  };
  const services = { ...house.services, provider: { ...house.provider, read } };
  const hint = { provider: 'yookassa', objectType: object.object, objectId: object.id };
  return handleHint(services, hint, { trace, hintedAt: house.clock.now() });
}

/** A page that nobody paid in time, and that the document holds no more. */
async function closedPage(house: House): Promise<string> {
  await house.pay(user);
  const { providerPaymentId: page } = (await house.state(user)).payment ?? {};
  if (page == null) throw new Error('no page is open');
  house.provider.finish(page, 'expired_on_confirmation');
  await house.hint('payment', page);
  return page;
}

function paidPage(house: House): ProviderPayment {
  const paid = house.provider.entries().find(({ object }) => object.object === 'payment')?.object;
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

describe('a succeeded payment with our names that neither document nor ledger knows', () => {
  test('calls a person, and nothing else happens to it', async () => {
    const house = await houseWithActive(user);
    const known = paidPage(house);
    const unknown = { ...known, id: 'unheard-of', metadata: { ...known.metadata, paymentId: 'unheard-of-payment' } };
    const before = await house.state(user);
    expect(await hintAbout(house, unknown)).toEqual({ kind: 'handled' });
    await house.services.relay.idle();
    expect(alarms(house)).toMatchObject([{ rule: 'foreign_object', subjectId: 'unheard-of', actual: known.amount }]);
    expect(house.errorLines()).toMatchObject([{ fields: { rule: 'foreign_object', subjectId: 'unheard-of' } }]);
    expect(await house.state(user)).toEqual({ ...before, eventSeq: before.eventSeq + 1 });
  });

  test('of a user without a document is an error line and a dead letter', async () => {
    const paying = await houseWithActive(user);
    const house = createHouse();
    await expect(hintAbout(house, paidPage(paying))).rejects.toBeInstanceOf(Poison);
    expect(house.errorLines()).toMatchObject([{ fields: { userId: user, rule: 'foreign_object' } }]);
    expect(await house.services.store.load(user)).toBeNull();
  });

  test('waits while the outbox may still hold its row of the ledger', async () => {
    const house = createHouse();
    house.breakBroker(true);
    const page = await closedPage(house);
    house.provider.alter(page, { status: 'succeeded', capturedAt: house.clock.now(), cancellation: null });
    const services = {
      ...house.services,
      ledger: { ...house.services.ledger, findPayment: () => Promise.resolve(null) },
    };
    const hint = { provider: 'yookassa', objectType: 'payment' as const, objectId: page };
    const handled = handleHint(services, hint, { trace, hintedAt: house.clock.now() });
    await expect(handled).rejects.toMatchObject({ code: 'object_unread', retryable: true });
    house.breakBroker(false);
    await house.sweep();
    await house.hint('payment', page);
    await house.pass(hourMs);
    expect(alarms(house)).toMatchObject([{ rule: 'contradiction' }]);
  });

  test('in another currency than was ordered is told, not given back by ourselves', async () => {
    const house = createHouse();
    const page = await closedPage(house);
    const amount = { amountMinor: 500, currency: 'USD' };
    house.provider.alter(page, { status: 'succeeded', cancellation: null, amount });
    await house.hint('payment', page);
    expect(alarms(house)).toMatchObject([{ rule: 'foreign_object', subjectId: page, actual: amount }]);
    expect(house.provider.entries().filter(({ object }) => object.object === 'refund')).toEqual([]);
  });
});

describe('a refund that we did not ask for', () => {
  test.each(['succeeded', 'pending'] as const)('and that carries no names of ours is told: %s', async (status) => {
    const house = await houseWithActive(user);
    const refund = refundOf(paidPage(house), { status });
    expect(await hintAbout(house, refund)).toEqual({ kind: 'handled' });
    await house.services.relay.idle();
    expect(alarms(house)).toMatchObject([{ rule: 'foreign_object', subjectId: refund.id, actual: refund.amount }]);
  });

  test('and that carries our names is told as well', async () => {
    const house = await houseWithActive(user);
    const payment = paidPage(house);
    await hintAbout(house, refundOf(payment, { metadata: payment.metadata }));
    await house.services.relay.idle();
    expect(alarms(house)).toMatchObject([{ rule: 'foreign_object' }]);
  });

  test('of a payment that is not ours is none of our business', async () => {
    const house = await houseWithActive(user);
    const payment = paidPage(house);
    house.provider.alter(payment.id, { metadata: { paymentId: null, userId: null, testClockId: null } });
    expect(await hintAbout(house, refundOf(payment))).toMatchObject({ kind: 'ignored' });
    expect(house.errorLines()).toEqual([]);
  });
});

describe('a refund of ours', () => {
  test('is no news when it is closed', async () => {
    const house = createHouse();
    const page = await closedPage(house);
    house.provider.alter(page, { status: 'succeeded', capturedAt: house.clock.now(), cancellation: null });
    await house.hint('payment', page);
    await house.pass(hourMs);
    const refund = house.provider.entries().find(({ object }) => object.object === 'refund');
    expect((await house.state(user)).refunds).toEqual([]);
    const handled = await house.hint('refund', refund?.object.id ?? '');
    expect(handled).toEqual({ kind: 'ignored', reason: 'already closed' });
    expect(alarms(house)).toMatchObject([{ rule: 'contradiction' }]);
  });
});
