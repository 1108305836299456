import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const leaving = { type: 'subscription.cancel', mode: 'immediate', reason: null, refund: 'prorated' } as const;

/** A renewal of which half went back, and then the rest: an earlier cancel was handled after a later one. */
async function systemWithTwoRefunds(prepare: (system: Awaited<ReturnType<typeof createSystemWithActive>>) => void) {
  const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
  const early = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
  await system.pass(dayMs + 12 * hourMs, hourMs);
  prepare(system);
  await system.order(user, leaving);
  await system.deliver(early);
  const refunds = () =>
    system.provider.entries().flatMap((entry) => (entry.object.object === 'refund' ? [entry.object] : []));
  return { system, refunds };
}

describe('two refunds of one payment', () => {
  test('have a number, an id and a key each, and add up to what was paid', async () => {
    const { system, refunds } = await systemWithTwoRefunds(() => undefined);
    expect(refunds().map(({ amount, status }) => [amount.amountMinor, status])).toEqual([
      [1_450, 'succeeded'],
      [1_450, 'succeeded'],
    ]);
    expect((await system.state(user)).captures.at(-1)).toMatchObject({ refundedMinor: 2_900, refundsMade: 2 });
    const rows = system.readModelRows().flatMap((row) => (row.model === 'refunds' ? [row] : []));
    expect(rows.map(({ row: { refundNo, reason } }) => [refundNo, reason])).toEqual([
      [1, 'left_early'],
      [2, 'canceled'],
    ]);
    const [first, second] = rows;
    expect(refunds().map(({ metadata }) => metadata.refundId)).toEqual([undefined, second?.id]);
    expect(first?.row.send.idempotenceKey).not.toBe(second?.row.send.idempotenceKey);
  });

  test('whose answers were lost are each found by their own name', async () => {
    const { system, refunds } = await systemWithTwoRefunds(({ provider }) =>
      provider.script('lost', 'lost', { kind: 'key_conflict' }, { kind: 'key_conflict' }),
    );
    expect((await system.state(user)).refunds).toMatchObject([{ state: 'unknown' }, { state: 'unknown' }]);
    await system.pass(3 * hourMs, minuteMs);
    expect((await system.state(user)).refunds).toEqual([]);
    expect(refunds()).toHaveLength(2);
    const rows = system.readModelRows().flatMap((row) => (row.model === 'refunds' ? [row] : []));
    expect(new Set(rows.map(({ row: { providerRefundId } }) => providerRefundId))).toEqual(
      new Set(refunds().map(({ id }) => id)),
    );
  });

  test('are each found by their notification, in any sequence', async () => {
    const { system, refunds } = await systemWithTwoRefunds(({ provider }) => provider.script('lost', 'lost'));
    for (const { id } of refunds().toReversed()) await system.hint('refund', id);
    expect((await system.state(user)).refunds).toEqual([]);
    expect(system.facts(user).filter(({ type }) => type === 'refund.succeeded')).toHaveLength(2);
    expect(system.errorLines()).toEqual([]);
  });
});

test('a payment of which a part went back still pays for its period, and one that went back whole does not', async () => {
  const system = await createSystemWithActive(user);
  system.clock.advance(14 * dayMs);
  const paymentId = (await system.state(user)).captures[0]?.paymentId ?? '';
  await system.order(user, leaving);
  const { past } = system.services;
  expect(await past.findPayment(user, paymentId)).toMatchObject({ isRefunded: false });
  const whole = await systemWithTwoRefunds(() => undefined);
  const last = (await whole.system.state(user)).captures.at(-1)?.paymentId ?? '';
  expect(await whole.system.services.past.findPayment(user, last)).toMatchObject({ isRefunded: true });
});
