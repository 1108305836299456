import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const price = 2_900;
const leaving = { type: 'subscription.cancel', mode: 'immediate', reason: null, refund: 'prorated' } as const;

/** Two refunds of 1450 of one payment, which end as given, and then one by staff in the cabinet. */
async function systemWith(results: readonly string[], cabinetMinor: number) {
  const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
  const early = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
  await system.pass(dayMs + 12 * hourMs, hourMs);
  system.provider.scriptRefunds(...results);
  await system.order(user, leaving);
  await system.deliver(early);
  const page = (await system.state(user)).captures.at(-1)?.providerPaymentId ?? '';
  await system.hint('refund', system.provider.refundInCabinet(page, cabinetMinor));
  await system.pass(3 * hourMs);
  const { refunds, captures } = await system.state(user);
  const asked = system.provider
    .entries()
    .flatMap(({ object }) => (object.object === 'refund' ? [[object.status, object.amount.amountMinor]] : []));
  const reasons = system.facts(user).flatMap((fact) => (fact.type === 'refund.failed' ? [fact['reason']] : []));
  return { refunds, capture: captures.at(-1), asked, reasons };
}

const refused = ['canceled', 1_450];
const given = ['succeeded', 1_450];

describe('a refund that failed beside another of ours and one of the cabinet', () => {
  test('is not asked again where they gave back everything', async () => {
    const { refunds, capture, asked, reasons } = await systemWith(['insufficient_funds', 'succeeded'], 1_450);
    expect([refunds, asked]).toEqual([[], [refused, given]]);
    expect(reasons).toEqual(['insufficient_funds', 'refunded_externally']);
    expect(capture).toMatchObject({ refundedMinor: price, requestedMinor: 1_450 });
  });

  test('is asked again for what they left', async () => {
    const { refunds, capture, asked } = await systemWith(['insufficient_funds', 'succeeded'], 450);
    expect([refunds, asked]).toEqual([[], [refused, given, ['succeeded', 1_000]]]);
    expect(capture).toMatchObject({ refundedMinor: price, requestedMinor: 2_450, refundsMade: 2 });
  });

  test('takes all that is left where less than the smallest remainder would stay', async () => {
    const { refunds, capture, asked } = await systemWith(['insufficient_funds', 'insufficient_funds'], 1_400);
    expect([refunds, asked]).toEqual([[], [refused, refused, ['succeeded', 1_500]]]);
    expect(capture).toMatchObject({ refundedMinor: price, requestedMinor: 1_500 });
  });
});

test('the first refund of ours after one of the cabinet is the first one', async () => {
  const system = await createSystemWithActive(user);
  const page = (await system.state(user)).captures[0]?.providerPaymentId ?? '';
  await system.hint('refund', system.provider.refundInCabinet(page, 10_000));
  await system.order(user, leaving);
  const { captures } = await system.state(user);
  expect(captures).toMatchObject([{ refundsMade: 1, refundedMinor: 29_900, requestedMinor: 19_900 }]);
});
