import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/instant.ts';
import { houseWithActive, tariffs } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

describe('a cancel handled after the subscription has ended by itself', () => {
  test('still takes back the renewal that was charged after it was accepted', async () => {
    const house = await houseWithActive(user, { tariffId: tariffs.day.id });
    const cancel = house.cancelCommand(user, 'period_end', house.clock.now() + hourMs);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    await house.pass(dayMs + hourMs, hourMs);
    house.provider.setMethod(method, { always: 'card_expired' });
    await house.pass(5 * dayMs, hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'expired', term: { periodIndex: 1 } });
    await house.deliver(cancel);
    await house.pass(hourMs);
    expect((await house.state(user)).settled.map(({ refundedMinor }) => refundedMinor > 0)).toEqual([false, true]);
  });
});

describe('an immediate cancel that is handled late', () => {
  test('takes back the renewal too, and ends access at once', async () => {
    const house = await houseWithActive(user, { tariffId: tariffs.day.id });
    const cancel = house.cancelCommand(user, 'immediate', house.clock.now() + hourMs);
    await house.pass(dayMs + hourMs, hourMs);
    await house.deliver(cancel);
    await house.pass(hourMs);
    expect((await house.state(user)).settled.map(({ refundedMinor }) => refundedMinor > 0)).toEqual([false, true]);
    expect((await house.state(user)).subscription?.status).toBe('canceled');
  });
});

describe('a cancel handled after a later one', () => {
  test('tells anew when the subscription ends, for the later one told of a period that is taken back', async () => {
    const house = await houseWithActive(user, { tariffId: tariffs.day.id });
    const early = house.cancelCommand(user, 'period_end', house.clock.now() + hourMs);
    const promised = (await house.state(user)).subscription;
    await house.pass(dayMs + hourMs, hourMs);
    await house.cancel(user);
    const from = house.facts(user).length;
    await house.deliver(early);
    const told = house.facts(user).slice(from);
    const ends = told.find(({ type }) => type === 'subscription.expired' || type === 'subscription.cancel_scheduled');
    expect(ends).toMatchObject({ subscription: { term: { periodIndex: 0 } } });
    const { subscription } = await house.state(user);
    expect(subscription).toMatchObject({ status: 'expired', term: { periodIndex: 0 } });
    expect(promised).toMatchObject({ term: { periodIndex: 0 } });
  });
});
