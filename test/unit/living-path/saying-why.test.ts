import { describe, expect, test } from '@jest/globals';
import { cancelReasons } from '../../../src/domain/model/cancel-reason.ts';
import { dayMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const comment = 'v1.c2VhbGVk';

type Leaving = {
  readonly mode?: 'period_end' | 'immediate';
  readonly reason?: string | null;
  readonly comment?: string;
};
const cancel = (system: TestSystem, { mode = 'period_end', reason = null, ...said }: Leaving) =>
  system.order(user, { type: 'subscription.cancel', mode, reason, ...said });

const reasonOf = async (system: TestSystem) => (await system.state(user)).subscription?.cancelReason ?? null;
const factOf = (system: TestSystem, type: string) => system.facts(user).findLast((fact) => fact.type === type);

describe('the reason of a cancel', () => {
  test.each(cancelReasons)('%s is in the fact and with the subscription', async (reason) => {
    const system = await createSystemWithActive(user);
    await cancel(system, { reason });
    expect(factOf(system, 'subscription.cancel_scheduled')).toMatchObject({ reason });
    expect(await reasonOf(system)).toBe(reason);
    await system.pass(29 * dayMs, 6 * 3_600_000);
    expect((await system.state(user)).subscription?.status).toBe('expired');
    expect(await reasonOf(system)).toBe(reason);
  });

  test('of a cancel at once stays with the subscription, too', async () => {
    const system = await createSystemWithActive(user);
    await cancel(system, { mode: 'immediate', reason: 'not_using' });
    expect(factOf(system, 'subscription.canceled')).toMatchObject({ reason: 'not_using', voluntary: true });
    expect(await reasonOf(system)).toBe('not_using');
  });

  test('in the words of a client of before counts as another one, and no fact has the words', async () => {
    const system = await createSystemWithActive(user);
    await cancel(system, { reason: 'your films bore me' });
    expect(factOf(system, 'subscription.cancel_scheduled')).toMatchObject({ reason: 'other' });
    expect(JSON.stringify(system.facts(user))).not.toContain('bore me');
  });

  test.each([null, '', '  '])('%p says nothing', async (reason) => {
    const system = await createSystemWithActive(user);
    await cancel(system, { reason });
    expect(factOf(system, 'subscription.cancel_scheduled')).toMatchObject({ reason: null });
    expect(await reasonOf(system)).toBeNull();
  });

  test('is forgotten once the cancel is taken back', async () => {
    const system = await createSystemWithActive(user);
    await cancel(system, { reason: 'temporary' });
    await system.order(user, { type: 'subscription.uncancel' });
    expect(await reasonOf(system)).toBeNull();
  });
});

describe('the comment of a cancel', () => {
  test('is in the audit alone, sealed, with the reason and what the cancel has changed', async () => {
    const system = await createSystemWithActive(user);
    await cancel(system, { reason: 'other', comment });
    const rows = system.readModelRows();
    const acts = rows.flatMap((row) => (row.model === 'audit' ? [row.row] : []));
    expect(acts).toMatchObject([
      {
        action: 'subscription.cancel',
        actor: user,
        subject: { kind: 'subscriber', id: user },
        reason: 'other',
        comment,
      },
    ]);
    const others = [await system.state(user), system.facts(), rows.filter(({ model }) => model !== 'audit')];
    expect(JSON.stringify(others)).not.toContain(comment);
  });

  test('is no act where there is none', async () => {
    const system = await createSystemWithActive(user);
    await cancel(system, { reason: 'other' });
    expect(system.readModelRows().filter(({ model }) => model === 'audit')).toEqual([]);
  });
});
