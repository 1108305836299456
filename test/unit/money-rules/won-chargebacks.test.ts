import { expect, test } from '@jest/globals';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { FakeResult } from '../../fakes/payment-provider-core.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

/** A payment of 299.00 of which so much is to go back, while the shop has no money for the first attempt. */
async function systemWithRefund(amountMinor: number | null, ...later: readonly FakeResult[]) {
  const system = await createSystemWithActive(user);
  const [capture] = (await system.state(user)).captures;
  const { paymentId = '', providerPaymentId = '' } = capture ?? {};
  system.provider.scriptRefunds('insufficient_funds', ...later);
  const given = { type: 'payment.refund', amountMinor, revokeAccess: false, cause: 'complaint' } as const;
  expect(await system.staff(user, { ...given, paymentId })).toBe('completed');
  await system.pass(minuteMs);
  return { system, providerPaymentId, ...chargebacksOf(system, paymentId) };
}

function chargebacksOf(system: TestSystem, paymentId: string) {
  const chargeBack = async (amountMinor: number, won: boolean | null = null): Promise<void> => {
    const order = { type: 'payment.record_chargeback', date: '2026-11-20', paymentId, amountMinor, won } as const;
    expect(await system.staff(user, order)).toBe('completed');
  };
  return { chargeBack };
}

/** The refunds of ours that the provider has carried out, in order. */
const paidBack = (system: TestSystem): readonly number[] =>
  system.provider
    .entries()
    .flatMap(({ object: { object, status, amount } }) =>
      object === 'refund' && status === 'succeeded' ? [amount.amountMinor] : [],
    );
const refundedMinor = async (system: TestSystem) => (await system.state(user)).captures[0]?.refundedMinor;

test('what the bank had of a refund goes back once the bank has given it back', async () => {
  const { system, chargeBack } = await systemWithRefund(null);
  await chargeBack(10_000);
  await system.pass(3 * hourMs);
  expect(paidBack(system)).toEqual([19_900]);
  await chargeBack(10_000, true);
  expect([paidBack(system), await refundedMinor(system)]).toEqual([[19_900, 10_000], 29_900]);
});

test('so it does where an attempt for less still waits: each gives back its part', async () => {
  const { system, chargeBack } = await systemWithRefund(null, 'insufficient_funds');
  await chargeBack(10_000);
  await system.pass(3 * hourMs);
  expect((await system.state(user)).refunds).toMatchObject([{ state: 'failed', amount: { amountMinor: 19_900 } }]);
  await chargeBack(10_000, true);
  await system.pass(26 * hourMs, hourMs);
  expect([paidBack(system), await refundedMinor(system)]).toEqual([[10_000, 19_900], 29_900]);
});

test('an attempt that still asks for all of it is not asked for beside', async () => {
  const { system, chargeBack } = await systemWithRefund(20_000);
  await chargeBack(10_000);
  await chargeBack(10_000, true);
  await system.pass(3 * hourMs);
  expect([paidBack(system), await refundedMinor(system)]).toEqual([[20_000], 20_000]);
});

test('a bank that gives it back piece by piece, or thinks twice, brings no more than was wanted', async () => {
  const { system, chargeBack } = await systemWithRefund(20_000);
  await chargeBack(20_000);
  await system.pass(3 * hourMs);
  await chargeBack(15_000);
  expect(paidBack(system)).toEqual([9_900, 5_000]);
  await chargeBack(15_000, true);
  expect(paidBack(system)).toEqual([9_900, 5_000, 5_100]);
  await chargeBack(15_000, false);
  await chargeBack(15_000, true);
  expect([paidBack(system), await refundedMinor(system)]).toEqual([[9_900, 5_000, 5_100], 20_000]);
});

test('what the cabinet has given back meanwhile is not given back again', async () => {
  const { system, providerPaymentId, chargeBack } = await systemWithRefund(null);
  await chargeBack(10_000);
  await system.pass(3 * hourMs);
  const cabinet = system.provider.refundInCabinet(providerPaymentId, 4_000);
  await system.hint('refund', cabinet);
  await chargeBack(10_000, true);
  expect(await refundedMinor(system)).toBe(29_900);
  expect(paidBack(system)).toEqual([19_900, 6_000]);
});

test('what staff have paid by other means is not paid again', async () => {
  const { system, chargeBack } = await systemWithRefund(10_000);
  const [refund] = (await system.state(user)).refunds;
  const paid = { type: 'refund.record_external', paymentId: refund?.id ?? '', amountMinor: null } as const;
  expect(await system.staff(user, paid)).toBe('completed');
  await chargeBack(5_000);
  await chargeBack(5_000, true);
  await system.pass(26 * hourMs, hourMs);
  expect([paidBack(system), await refundedMinor(system)]).toEqual([[], 10_000]);
});
