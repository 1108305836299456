import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem, tariffs } from '../../support/test-system.ts';
import { beforeRenewal, deliver, later, ordered, refunds, user } from './restored-system.ts';

// A command forbids charges since it was accepted, and a restored document has not taken all of them yet.

const price = tariffs.day.price.amountMinor;

async function unlink(system: TestSystem) {
  const [method] = (await system.state(user)).methods;
  return ordered(system, { type: 'payment_method.unlink', methodId: method?.id ?? '' });
}
const cancel = (system: TestSystem) => Promise.resolve(system.cancelCommand(user, 'period_end'));
const commands = [
  ['an unlink', unlink],
  ['a cancel', cancel],
] as const;

const statuses = (system: TestSystem) => refunds(system).map(({ status }) => status);

/** Three days are renewed after the backup. The first one begins at the restore, so the third one lies two periods ahead. */
async function renewedThrice() {
  const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
  await system.pass(12 * hourMs);
  const backup = { ...system.backUp(), stoppedAt: system.clock.now() + hourMs };
  await system.pass(2 * dayMs);
  return { system, backup };
}

describe.each(commands)('%s that came before a charge of a later period', (_name, give) => {
  test.each([
    ['failed', ['general_decline'], ['canceled', 'succeeded']],
    ['succeeded', [], ['succeeded']],
  ] as const)('gives it back, where its refund had %s', async (_how, scripted, made) => {
    const { system, backup } = await renewedThrice();
    const command = await give(system);
    await system.pass(dayMs);
    system.provider.scriptRefunds(...scripted);
    await deliver(system, command);
    await system.pass(minuteMs, minuteMs);
    later(system, 2 * hourMs);
    await system.restore(backup);
    expect((await system.state(user)).recalled).toContainEqual(expect.objectContaining({ object: 'payment' }));
    await deliver(system, command);
    expect(await system.state(user)).toMatchObject({ subscription: { term: { periodIndex: 2 }, attemptsMade: 1 } });
    await system.pass(dayMs, hourMs);
    expect(statuses(system)).toEqual(made);
    const { captures, recalled, watched } = await system.state(user);
    expect(captures.at(-1)).toMatchObject({ periodKey: 'period:3', kind: 'charge', refundedMinor: price });
    expect([recalled, watched]).toEqual([[], []]);
    expect(system.errorLines()).toEqual([]);
  });

  test('lets a page for that period be paid under another key', async () => {
    const { system, backup } = await renewedThrice();
    const command = await give(system);
    await system.pass(dayMs);
    await system.restore(backup);
    await deliver(system, command);
    await system.pass(25 * hourMs, hourMs);
    await system.pay(user, { tariffId: tariffs.day.id });
    expect(await system.state(user)).toMatchObject({
      payment: { kind: 'checkout', periodKey: 'period:3', attemptNo: 2 },
    });
    await system.payPage(user);
    expect(await system.state(user)).toMatchObject({ subscription: { term: { periodIndex: 3 } } });
    expect(statuses(system)).toEqual(['succeeded']);
  });

  test('leaves a declined one of a period after the next, so that its number stays known', async () => {
    const { system, backup } = await renewedThrice();
    const command = await give(system);
    await system.pass(dayMs);
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'card_expired' });
    await system.pass(dayMs);
    await system.restore(backup);
    await deliver(system, command);
    await system.pass(hourMs, minuteMs);
    const { recalled, captures, watched, subscription } = await system.state(user);
    expect(captures.at(-1)).toMatchObject({ periodKey: 'period:3', refundedMinor: price });
    expect(recalled).toMatchObject([{ object: 'payment', failed: true }]);
    expect(watched).toEqual([]);
    const fourth = system.services.ids.paymentId(subscription?.id ?? '', 'period:4', 1);
    expect(recalled[0]?.paymentId).toBe(fourth);
  });

  test('leaves a charge that was made before it', async () => {
    const { system, backup } = await renewedThrice();
    await system.pass(dayMs);
    const command = await give(system);
    await system.restore(backup);
    await deliver(system, command);
    await system.pass(hourMs);
    expect(refunds(system)).toEqual([]);
    expect(await system.state(user)).toMatchObject({ recalled: [{ object: 'payment' }], watched: [] });
  });

  test('gives all of it back, although the subscriber left it in time and had the unused part back', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    await system.pass(12 * hourMs);
    const backup = system.backUp();
    const command = await give(system);
    await system.pass(dayMs, hourMs);
    await deliver(system, { ...system.cancelCommand(user, 'immediate'), refund: 'prorated' });
    await system.pass(hourMs, minuteMs);
    const [part] = refunds(system);
    expect(part?.amount.amountMinor).toBeLessThan(price);
    later(system, 2 * hourMs);
    await system.restore(backup);
    await deliver(system, command);
    await system.pass(hourMs, minuteMs);
    expect(statuses(system)).toEqual(['succeeded', 'succeeded']);
    expect(refunds(system).reduce((sum, { amount }) => sum + amount.amountMinor, 0)).toBe(price);
    expect(system.errorLines()).toEqual([]);
  });
});

test('a charge that went back because it was forbidden names the notice that it had', async () => {
  const { system, backup } = await beforeRenewal();
  const command = await cancel(system);
  await system.pass(2 * hourMs, hourMs);
  const created = () => system.facts(user).findLast(({ type }) => type === 'payment.created')?.['payment'];
  const before = created();
  expect(before).toMatchObject({ kind: 'charge', noticeId: expect.any(String) });
  const { noticeId } = before as { readonly noticeId: string };
  await deliver(system, command);
  await system.pass(minuteMs, minuteMs);
  expect(statuses(system)).toEqual(['succeeded']);
  await system.restore(backup);
  await deliver(system, command);
  await system.pass(hourMs, minuteMs);
  expect(statuses(system)).toEqual(['succeeded']);
  expect(created()).toMatchObject({ kind: 'charge', watchedBecause: 'canceled', noticeId });
});
