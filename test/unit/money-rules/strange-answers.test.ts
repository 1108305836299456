import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/instant.ts';
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
