import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { decideDeferral } from '../../../src/domain/payment/decide-deferral.ts';
import { decideOutcome } from '../../../src/domain/payment/decide-outcome.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import { noon, sampleRefund } from '../../contract/samples.ts';
import { contextAt } from '../../support/state-diagrams/move.ts';
import { createTestSystem, createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

describe.each([
  { what: 'nothing', reason: '' },
  { what: 'two thousand characters', reason: 'x'.repeat(2_000) },
  { what: 'Russian with a control character', reason: 'отказ банка\u0000' },
  { what: 'digits like those of a card', reason: '4111 1111 1111 1111' },
])('an unexpected reason: $what', ({ reason }) => {
  test('of a declined renewal does not prevent its record', async () => {
    const system = await createSystemWithActive(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: reason });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
  });

  test('of a page that ended does not prevent its record', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, reason);
    await system.hint('payment', page);
    expect((await system.state(user)).subscription?.status).toBe('incomplete_expired');
  });

  test('of a refused refund, and of an unknown send, does not prevent its record', async () => {
    const system = createTestSystem();
    system.provider.script({ kind: 'unknown', reason });
    await system.pay(user);
    await system.pass(hourMs, 60_000);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    await system.cancel(user);
    system.provider.scriptRefunds(reason, 'succeeded');
    system.provider.finish(page, 'succeeded');
    await system.hint('payment', page);
    expect((await system.state(user)).refunds).toMatchObject([{ state: 'failed' }]);
  });

  test('of a refusal does not prevent its record', async () => {
    const system = createTestSystem();
    system.provider.script({ kind: 'refused', status: 400, code: reason, parameter: reason });
    const command = await system.pay(user);
    expect(await system.outcome(user, command.commandId)).toEqual({ kind: 'rejected', reason: 'provider_refused' });
  });
});

describe('a method described in a strange way', () => {
  test('is saved', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, 'succeeded');
    system.provider.alter(page, {
      method: {
        ...{ id: 'm', saved: true, title: 'т'.repeat(3_000), last4: '12345', brand: '\u0000'.repeat(200) },
        ...{ type: 'no such type', expiry: null },
      },
    });
    await system.hint('payment', page);
    expect((await system.state(user)).subscription?.status).toBe('active');
  });
});

describe('what must alert operators', () => {
  const violated = (system: Awaited<ReturnType<typeof createSystemWithActive>>) =>
    system.facts(user).filter(({ type }) => type === 'invariant.violated');

  test('raises an alarm although the key of the payment was given up before', async () => {
    const system = createTestSystem();
    system.provider.script('lost', { kind: 'key_conflict' });
    await system.pay(user);
    await system.pass(hourMs, 10_000);
    const page = system.provider.entries()[0]?.object.id ?? '';
    expect((await system.state(user)).payment).toMatchObject({ send: { readsOnly: true }, providerPaymentId: page });
    system.provider.alter(page, { amount: { amountMinor: 1, currency: 'RUB' } });
    await system.hint('payment', page);
    await system.hint('payment', page);
    expect(violated(system)).toHaveLength(1);
    expect(system.errorLines()).toHaveLength(1);
  });

  test('raises another alarm when the provider contradicts itself after a valid answer', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    const amount = (await system.state(user)).payment?.amount ?? { amountMinor: 0, currency: 'RUB' };
    for (const amountMinor of [1, amount.amountMinor, 1]) {
      system.provider.alter(page, { amount: { ...amount, amountMinor } });
      await system.hint('payment', page);
    }
    expect(violated(system)).toHaveLength(2);
  });

  test.each(['fraud_suspected', 'canceled_by_merchant'])('a charge declined as %s is an error line', async (reason) => {
    const system = await createSystemWithActive(user);
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: reason });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    expect(system.errorLines().map(({ fields }) => fields.detail)).toEqual([`declined: ${reason}`]);
  });
});

describe('a refund', () => {
  const subject = { kind: 'refund' as const, id: sampleRefund('payment-1').id };

  test('that has moved on ignores a late answer to an old send', () => {
    const refund = { ...sampleRefund('payment-1'), state: 'pending' as const, providerRefundId: 'refund-1' };
    const state = { ...newSubscriber(user), refunds: [{ ...refund, id: subject.id }] };
    const outcome = { kind: 'unknown' as const, reason: 'timeout' };
    expect(decideOutcome(state, subject, outcome, contextAt(noon)).kind).toBe('ignored');
  });

  test('that failed meanwhile is not postponed to a check that would never find anything', () => {
    const refund = { ...sampleRefund('payment-1'), id: subject.id, state: 'failed' as const, retryAt: noon + dayMs };
    const state = { ...newSubscriber(user), refunds: [refund] };
    expect(decideDeferral(state, subject, contextAt(noon)).kind).toBe('ignored');
  });
});
