import { describe, expect, test } from '@jest/globals';
import { handleDuplicate } from '../../../src/application/operations/handle-duplicate.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, type TestSystem, tariffs } from '../../support/test-system.ts';
import { beforeRenewal, deliver, later, termOf, user } from './restored-system.ts';

// A charge that is read back tells what the document of the backup has forgotten: the subscription renewed by then, and readers
// had access. So its period keeps its boundary.

/** The notice that the last charge names. */
function noticeOf(system: TestSystem): unknown {
  const last = system.facts(user).findLast(({ type }) => type === 'payment.created');
  return (last?.['payment'] as { readonly noticeId?: string } | undefined)?.noticeId;
}

/** The term that the renewal had, and the one that it has when it is read back some days later. */
async function restoredTerms(system: TestSystem, backup: ReturnType<TestSystem['backUp']>) {
  const before = await termOf(system);
  await system.pass(3 * hourMs, hourMs);
  await system.restore(backup);
  return { before, after: await termOf(system) };
}

const kept = { periodIndex: 1, anchorIndex: 0 };

describe('a charge that was made after an uncancel', () => {
  async function uncanceled(tariffId: string) {
    const system = await createSystemWithActive(user, { tariffId });
    await system.cancel(user);
    const { periodEnd } = await termOf(system);
    await system.pass(periodEnd - hourMs - system.clock.now(), hourMs);
    const backup = system.backUp();
    later(system, 30 * minuteMs);
    await system.order(user, { type: 'subscription.uncancel' });
    await system.pass(26 * hourMs, hourMs);
    return { system, backup };
  }

  test.each([
    ['of a month', tariffs.month.id],
    ['of a day', tariffs.day.id],
  ])('%s keeps its boundary within the grace', async (_name, tariffId) => {
    const { system, backup } = await uncanceled(tariffId);
    const { before, after } = await restoredTerms(system, backup);
    expect(before.anchorIndex).toBe(0);
    expect(after).toEqual(before);
  });

  test('names the notice that the uncancel had given', async () => {
    const { system, backup } = await uncanceled(tariffs.month.id);
    const named = noticeOf(system);
    await restoredTerms(system, backup);
    expect(typeof named).toBe('string');
    expect(noticeOf(system)).toBe(named);
  });
});

describe('a charge that the bank answered after the grace', () => {
  async function answered(backUp: 'before it' | 'while it is out') {
    const { system, backup } = await beforeRenewal();
    const [method] = (await system.state(user)).methods;
    system.provider.setMethod(method?.id ?? '', { next: 'pending' });
    await system.pass(2 * hourMs, hourMs);
    const charge = (await system.state(user)).payment?.providerPaymentId ?? '';
    const used = backUp === 'before it' ? backup : system.backUp();
    await system.pass(5 * dayMs, hourMs);
    system.provider.finish(charge, 'succeeded');
    await system.hint('payment', charge);
    return { system, backup: used };
  }

  test.each(['before it', 'while it is out'] as const)('keeps its boundary with a backup of %s', async (backUp) => {
    const { system, backup } = await answered(backUp);
    const { before, after } = await restoredTerms(system, backup);
    expect(before).toMatchObject(kept);
    expect(after).toEqual(before);
  });
});

test('a charge that was made once a hold was released keeps its boundary and its notice, long after the grace', async () => {
  const system = await createSystemWithActive(user);
  await system.pass(20 * dayMs, 6 * hourMs);
  const row = system.readModelRows().find((candidate) => candidate.model === 'payments');
  if (row?.model !== 'payments') throw new Error('no payment in the read model');
  await handleDuplicate(system.services, user, row.row);
  await system.services.background.drained(minuteMs);
  await system.services.relay.idle();
  await system.pass(5 * dayMs, 6 * hourMs);
  const backup = system.backUp();
  await system.pass(12 * dayMs, hourMs);
  expect(await system.staff(user, { type: 'subscription.release' })).toBe('completed');
  await system.pass(26 * hourMs, hourMs);
  const named = noticeOf(system);
  const { before, after } = await restoredTerms(system, backup);
  expect(before).toMatchObject(kept);
  expect(after).toEqual(before);
  expect(typeof named).toBe('string');
  expect(noticeOf(system)).toBe(named);
});

test('a charge that was made after a break of access begins a period of its own, as it did', async () => {
  const { system, backup } = await beforeRenewal();
  // Nothing runs for so long.
  later(system, 5 * dayMs);
  await system.pass(26 * hourMs, hourMs);
  const { before, after } = await restoredTerms(system, backup);
  expect(before).toMatchObject({ periodIndex: 1, anchorIndex: 1 });
  expect(after.anchorIndex).toBe(1);
  expect(Math.abs(after.anchor - before.anchor)).toBeLessThan(minuteMs);
});

describe('a declined renewal of a purchase that begins again at the restore', () => {
  test('is tried again after a notice of its own: none was given for the period as it is now', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const bought = await system.pay(user);
    await system.payPage(user);
    const [method] = (await system.state(user)).methods;
    system.provider.setMethod(method?.id ?? '', { next: 'insufficient_funds', always: 'succeeded' });
    const { periodEnd } = await termOf(system);
    await system.pass(periodEnd + hourMs - system.clock.now(), hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    await system.restore(backup);
    await deliver(system, bought);
    await system.pass(hourMs, minuteMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    const since = system.clock.now();
    await system.pass((await termOf(system)).periodEnd + 14 * dayMs - since, 3 * hourMs);
    const retry = system.facts(user).findLast(({ type }) => type === 'payment.created')?.['payment'];
    expect(retry).toMatchObject({ periodKey: 'period:1', attemptNo: 2 });
    const given = system.facts(user).find(({ noticeId }) => noticeId === noticeOf(system));
    expect(given).toMatchObject({ type: 'notice.retry_upcoming' });
  });
});
