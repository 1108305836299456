import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, type TestSystem, tariffs } from '../../support/test-system.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import { deliver, later, user } from './restored-system.ts';

// A purchase that is read again finds another state than it had found before the restore.

const expired = { kind: 'rejected', reason: 'command_expired' };

const idOf = async (system: TestSystem) => (await system.state(user)).subscription?.id ?? '';

/** The subscriptions of readers, by id: what the newest fact says of each. */
const seen = (system: TestSystem) =>
  new Map(
    system.facts(user).flatMap(({ subscription }) => {
      const { id, status } = (subscription ?? {}) as { readonly id?: string; readonly status?: string };
      return id === undefined ? [] : [[id, status] as const];
    }),
  );

const named = (system: TestSystem) =>
  system.errorLines().flatMap(({ fields }) => (fields.rule === 'contradiction' ? [fields.subjectId] : []));

/** The provider takes no connection any more. */
const refuseConnections = ({ provider }: TestSystem): void =>
  provider.script(...Array.from({ length: 50 }, () => ({ kind: 'unsent', reason: 'connection_refused' }) as const));

/** As many pages as may be watched, which nothing has said the end of in the backup. They end in the day after it. */
async function fullBackup() {
  const system = createTestSystem();
  for (let page = 1; page <= defaultPolicy.watchedMax; page += 1) {
    system.provider.script('not_done');
    await system.pay(user);
    await system.cancel(user);
  }
  expect((await system.state(user)).watched).toHaveLength(defaultPolicy.watchedMax);
  const backup = system.backUp();
  await system.pass(2 * dayMs, hourMs);
  expect((await system.state(user)).watched).toEqual([]);
  return { system, backup };
}

describe('a purchase that came once the watched payments of the backup had ended', () => {
  test('has the period that it paid, although they are watched again', async () => {
    const { system, backup } = await fullBackup();
    const command = await system.pay(user);
    await system.payPage(user);
    later(system, 30 * minuteMs);
    await system.restore(backup);
    expect((await system.state(user)).watched).toHaveLength(defaultPolicy.watchedMax);
    await deliver(system, command);
    await system.pass(hourMs, minuteMs);
    expect(await system.outcome(user, command.commandId)).toMatchObject({ kind: 'completed' });
    expect(await system.state(user)).toMatchObject({ subscription: { status: 'active' }, recalled: [] });
    expect(named(system)).toEqual([]);
  });

  test('is watched beside them where it is canceled before it is read, and no further page is opened', async () => {
    const { system, backup } = await fullBackup();
    const command = await system.pay(user);
    await system.payPage(user);
    later(system, 30 * minuteMs);
    await system.restore(backup);
    system.provider.failReads(20);
    await deliver(system, command);
    // What was given before the restore would wait for the read.
    later(system, minuteMs);
    await system.cancel(user);
    expect((await system.state(user)).watched).toHaveLength(defaultPolicy.watchedMax + 1);
    const next = await system.pay(user);
    expect(await system.outcome(user, next.commandId)).toEqual({ kind: 'rejected', reason: 'too_many_open_pages' });
  });
});

describe('a forgotten purchase that comes to nothing is over for readers', () => {
  test('where the backup watches as many payments as it may, which had ended before it', async () => {
    const { system, backup } = await fullBackup();
    refuseConnections(system);
    const command = await system.pay(user);
    const begun = await idOf(system);
    expect(seen(system).get(begun)).toBe('incomplete');
    later(system, 30 * minuteMs);
    await system.restore(backup);
    await deliver(system, command);
    expect(await system.outcome(user, command.commandId)).toEqual(expired);
    expect(seen(system).get(begun)).toBe('incomplete_expired');
  });

  test.each([
    ['of the same terms', {}],
    ['of other terms', { renew: false }],
  ])('beside one %s that the backup has open, which goes on', async (_, terms) => {
    const system = createTestSystem();
    refuseConnections(system);
    const first = await system.pay(user);
    const backup = system.backUp();
    await system.pass(hourMs, minuteMs);
    expect(await system.outcome(user, first.commandId)).toMatchObject({ kind: 'rejected' });
    const second = await system.pay(user, terms);
    const begun = await idOf(system);
    expect(seen(system).get(begun)).toBe('incomplete');
    later(system, 30 * minuteMs);
    await system.restore(backup);
    const { subscription, payment } = await system.state(user);
    await deliver(system, second);
    expect(await system.outcome(user, second.commandId)).toEqual(expired);
    expect(seen(system).get(begun)).toBe('incomplete_expired');
    expect(await system.state(user)).toMatchObject({
      subscription: { ...subscription, status: 'incomplete' },
      payment,
    });
  });

  test('where the end of the subscription before it has come, and is not decided yet', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const [method] = (await system.state(user)).methods;
    system.provider.setMethod(method?.id ?? '', { always: 'insufficient_funds' });
    await system.pass(2 * dayMs, hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    const backup = system.backUp();
    await system.pass(20 * dayMs, hourMs);
    const first = await idOf(system);
    expect(seen(system).get(first)).toBe('expired');
    refuseConnections(system);
    const second = await system.pay(user);
    const begun = await idOf(system);
    later(system, 30 * minuteMs);
    await system.restore(backup);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    await deliver(system, second);
    expect(seen(system).get(begun)).toBe('incomplete_expired');
    await system.pass(hourMs, minuteMs);
    expect(seen(system).get(first)).toBe('expired');
  });
});

describe('a purchase that takes the unpaid page of a period', () => {
  /** The page is not paid, and its command is read again. */
  async function declined(system: TestSystem, backup: ReturnType<TestSystem['backUp']>, commands: readonly object[]) {
    const page = await system.pay(user, { renew: false });
    system.provider.finish((await system.state(user)).payment?.providerPaymentId ?? '', 'insufficient_funds');
    await system.pass(minuteMs, minuteMs);
    later(system, hourMs);
    await system.restore(backup);
    for (const command of [...commands, page]) {
      await deliver(system, command as typeof page);
      await system.pass(minuteMs, minuteMs);
    }
    return page;
  }

  test('is named where it may have waited for an earlier page that was paid', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const first = await system.pay(user, { renew: false });
    const again = await system.pay(user, { renew: false });
    await system.payPage(user);
    expect(await system.outcome(user, again.commandId)).toMatchObject({ kind: 'completed' });
    const page = await declined(system, backup, [first, again]);
    expect(await system.outcome(user, again.commandId)).toMatchObject({ kind: 'rejected' });
    expect(named(system)).toEqual([again.commandId, page.commandId]);
  });

  test('is not named where no page was paid for a day: it has opened this one', async () => {
    const system = createTestSystem();
    await system.pay(user, { renew: false });
    await system.payPage(user);
    await system.pass(2 * dayMs, hourMs);
    const page = await declined(system, system.backUp(), []);
    expect(await system.outcome(user, page.commandId)).toEqual({ kind: 'rejected', reason: 'payment_declined' });
    expect(named(system)).toEqual([]);
  });
});
