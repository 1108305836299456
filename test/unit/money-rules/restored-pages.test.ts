import { describe, expect, test } from '@jest/globals';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { TestSystem } from '../../support/test-system.ts';
import { beforeRenewal, deliver, later, termOf, user } from './restored-system.ts';

// A page that sold the next period in the lost time, where the present one has ended since.

const paid = (system: TestSystem) =>
  system.provider.entries().filter(({ object }) => object.object === 'payment' && object.status === 'succeeded');

/** A month that does not renew has nearly passed when the backup is made, and the next one is ordered ten minutes before its end. */
async function orderedAhead() {
  const { system, backup } = await beforeRenewal({ renew: false });
  const { id } = (await system.state(user)).subscription ?? {};
  const { periodEnd } = await termOf(system);
  later(system, 50 * minuteMs);
  const command = await system.pay(user, { renew: false });
  return { system, backup, command, id, periodEnd };
}

describe('a page of a period that follows one that has ended', () => {
  test.each([
    ['its command is read first', 0],
    ['the end is announced first', 3 * hourMs],
  ])('gives that period where %s', async (_, readAfterMs) => {
    const { system, backup, command, id, periodEnd } = await orderedAhead();
    await system.payPage(user);
    // No later than an hour before the services stopped: readers had the period.
    later(system, 2 * hourMs);
    await system.restore(backup);
    await system.pass(readAfterMs, minuteMs);
    await deliver(system, command);
    await system.pass(hourMs, minuteMs);
    expect(await system.state(user)).toMatchObject({ recalled: [], subscription: { id, status: 'active' } });
    expect(await termOf(system)).toMatchObject({ periodIndex: 1, periodStart: periodEnd });
    expect(await system.outcome(user, command.commandId)).toMatchObject({ kind: 'completed' });
    expect(paid(system)).toHaveLength(2);
    expect(system.errorLines()).toEqual([]);
  });

  test('can still be paid', async () => {
    const { system, backup, command, id } = await orderedAhead();
    later(system, 20 * minuteMs);
    await system.restore(backup);
    await system.pass(5 * minuteMs, minuteMs);
    await deliver(system, command);
    await system.pass(minuteMs, minuteMs);
    await system.payPage(user);
    expect(await system.state(user)).toMatchObject({ recalled: [], subscription: { id, status: 'active' } });
    expect(await termOf(system)).toMatchObject({ periodIndex: 1 });
    expect(paid(system)).toHaveLength(2);
  });

  test('whose command never comes keeps nothing from its end for longer than a day', async () => {
    const { system, backup } = await orderedAhead();
    await system.payPage(user);
    later(system, hourMs);
    await system.restore(backup);
    await system.pass(12 * hourMs, hourMs);
    expect((await system.state(user)).subscription?.status).toBe('active');
    await system.pass(13 * hourMs, hourMs);
    expect((await system.state(user)).subscription?.status).toBe('expired');
  });
});

describe('a period whose first page never reached the provider in the lost time, and whose second one did', () => {
  /** The subscriber ordered, canceled and ordered again; the second page was declined. */
  async function restored() {
    const { system, backup } = await beforeRenewal({ renew: false });
    system.provider.script('not_done');
    await system.pay(user, { renew: false });
    await system.cancel(user);
    const second = await system.pay(user, { renew: false });
    const providerId = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(providerId, 'insufficient_funds');
    await system.pass(minuteMs, minuteMs);
    later(system, 20 * minuteMs);
    await system.restore(backup);
    expect((await system.state(user)).recalled).toMatchObject([{ id: providerId }]);
    later(system, minuteMs);
    system.provider.script('not_done');
    await system.pay(user, { renew: false });
    const { payment } = await system.state(user);
    expect(payment).toMatchObject({ periodKey: 'period:1', attemptNo: 1, send: { readsOnly: false } });
    return { system, second, first: payment?.id ?? '' };
  }

  test('is waited for by a purchase of after the restore while the request of its first page is out', async () => {
    const { system, first } = await restored();
    const again = await system.pay(user, { renew: false });
    expect(await system.state(user)).toMatchObject({ payment: { id: first }, watched: [] });
    await system.pass(minuteMs, minuteMs);
    expect(await system.outcome(user, again.commandId)).toMatchObject({ kind: 'requires_action' });
    await system.payPage(user);
    expect(await termOf(system)).toMatchObject({ periodIndex: 1 });
    expect(await system.outcome(user, again.commandId)).toMatchObject({ kind: 'completed' });
    expect(paid(system)).toHaveLength(2);
  });

  test('is taken by its own command all the same', async () => {
    const { system, second, first } = await restored();
    await deliver(system, second);
    expect((await system.state(user)).watched).toMatchObject([{ id: first }]);
    expect(await system.state(user)).toMatchObject({ recalled: [] });
  });

  test('gives the period where it is paid, to the first command that is read again', async () => {
    const { system, backup } = await beforeRenewal({ renew: false });
    system.provider.script('not_done');
    const commands = [await system.pay(user, { renew: false })];
    await system.cancel(user);
    commands.push(await system.pay(user, { renew: false }));
    await system.payPage(user);
    later(system, 2 * hourMs);
    await system.restore(backup);
    for (const command of commands) await deliver(system, command);
    await system.pass(hourMs, minuteMs);
    expect(await system.state(user)).toMatchObject({ recalled: [], subscription: { attemptsMade: 0 } });
    expect(await termOf(system)).toMatchObject({ periodIndex: 1 });
    expect(paid(system)).toHaveLength(2);
  });
});
