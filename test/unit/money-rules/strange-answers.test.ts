import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/instant.ts';
import { decideDeferral } from '../../../src/domain/decide-deferral.ts';
import { decideOutcome } from '../../../src/domain/decide-outcome.ts';
import { newSubscriber } from '../../../src/domain/subscriber.ts';
import { noon, sampleRefund } from '../../contract/samples.ts';
import { contextAt } from '../../support/state-diagrams/move.ts';
import { createHouse, houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

describe.each([
  { what: 'nothing', reason: '' },
  { what: 'two thousand characters', reason: 'x'.repeat(2_000) },
  { what: 'Russian with a control character', reason: 'отказ банка\u0000' },
  { what: 'digits like those of a card', reason: '4111 1111 1111 1111' },
])('a reason that nobody expected: $what', ({ reason }) => {
  test('of a declined renewal keeps nobody from recording it', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: reason });
    await house.pass(28 * dayMs + hourMs, 6 * hourMs);
    expect((await house.state(user)).subscription?.status).toBe('past_due');
  });

  test('of a page that ended keeps nobody from recording it', async () => {
    const house = createHouse();
    await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    house.provider.finish(page, reason);
    await house.hint('payment', page);
    expect((await house.state(user)).subscription?.status).toBe('incomplete_expired');
  });

  test('of a refused refund, and of an unknown send, keeps nobody from recording it', async () => {
    const house = createHouse();
    house.provider.script({ kind: 'unknown', reason });
    await house.pay(user);
    await house.pass(hourMs, 60_000);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    await house.cancel(user);
    house.provider.scriptRefunds(reason, 'succeeded');
    house.provider.finish(page, 'succeeded');
    await house.hint('payment', page);
    expect((await house.state(user)).refunds).toMatchObject([{ state: 'failed' }]);
  });

  test('of a refusal keeps nobody from recording it', async () => {
    const house = createHouse();
    house.provider.script({ kind: 'refused', status: 400, code: reason, parameter: reason });
    const command = await house.pay(user);
    expect(await house.outcome(user, command.commandId)).toEqual({ kind: 'rejected', reason: 'provider_refused' });
  });
});

describe('a method described in a strange way', () => {
  test('is saved all the same', async () => {
    const house = createHouse();
    await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    house.provider.finish(page, 'succeeded');
    house.provider.alter(page, {
      method: { id: 'm', saved: true, title: 'т'.repeat(3_000), last4: '12345', brand: '\u0000'.repeat(200) },
    });
    await house.hint('payment', page);
    expect((await house.state(user)).subscription?.status).toBe('active');
  });
});

describe('what must call a person', () => {
  const violated = (house: Awaited<ReturnType<typeof houseWithActive>>) =>
    house.facts(user).filter(({ type }) => type === 'invariant.violated');

  test('is told although the key of the payment was given up before', async () => {
    const house = createHouse();
    house.provider.script('lost', { kind: 'key_conflict' });
    await house.pay(user);
    await house.pass(hourMs, 10_000);
    const page = house.provider.entries()[0]?.object.id ?? '';
    expect((await house.state(user)).payment).toMatchObject({ send: { readsOnly: true }, providerPaymentId: page });
    house.provider.alter(page, { amount: { amountMinor: 1, currency: 'RUB' } });
    await house.hint('payment', page);
    await house.hint('payment', page);
    expect(violated(house)).toHaveLength(1);
    expect(house.errorLines()).toHaveLength(1);
  });

  test('is told again when the provider contradicts itself once more after it was believed', async () => {
    const house = createHouse();
    await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    const amount = (await house.state(user)).payment?.amount ?? { amountMinor: 0, currency: 'RUB' };
    for (const amountMinor of [1, amount.amountMinor, 1]) {
      house.provider.alter(page, { amount: { ...amount, amountMinor } });
      await house.hint('payment', page);
    }
    expect(violated(house)).toHaveLength(2);
  });

  test.each(['fraud_suspected', 'canceled_by_merchant'])('a charge declined as %s is an error line', async (reason) => {
    const house = await houseWithActive(user);
    house.provider.setMethod((await house.state(user)).methods[0]?.id ?? '', { always: reason });
    await house.pass(28 * dayMs + hourMs, 6 * hourMs);
    expect((await house.state(user)).subscription?.status).toBe('past_due');
    expect(house.errorLines().map(({ fields }) => fields['detail'])).toEqual([`declined: ${reason}`]);
  });
});

describe('a refund', () => {
  const subject = { kind: 'refund' as const, id: sampleRefund('payment-1').id };

  test('that has moved on hears no late word about an old send', () => {
    const refund = { ...sampleRefund('payment-1'), state: 'pending' as const, providerRefundId: 'refund-1' };
    const state = { ...newSubscriber(user), refunds: [{ ...refund, id: subject.id }] };
    const outcome = { kind: 'unknown' as const, reason: 'timeout' };
    expect(decideOutcome(state, subject, outcome, contextAt(noon)).kind).toBe('ignored');
  });

  test('that failed meanwhile is not put off to a check that would find nothing for ever', () => {
    const refund = { ...sampleRefund('payment-1'), id: subject.id, state: 'failed' as const, retryAt: noon + dayMs };
    const state = { ...newSubscriber(user), refunds: [refund] };
    expect(decideDeferral(state, subject, contextAt(noon)).kind).toBe('ignored');
  });
});
