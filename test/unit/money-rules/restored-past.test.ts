import { describe, expect, test } from '@jest/globals';
import { handleTimer } from '../../../src/application/handlers/handle-timer.ts';
import { previewCommand } from '../../../src/application/requests/preview-command.ts';
import type { Timer } from '../../../src/domain/timers/index.ts';
import type { Context } from '../../../src/domain/model/context.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { grantedBeforeRestore } from '../../../src/domain/payment/granted-at.ts';
import { accessIn } from '../../../src/domain/subscription/access.ts';
import { nextTerm } from '../../../src/domain/subscription/next-term.ts';
import { testPolicy } from '../../support/policy.ts';
import { createSystemWithActive, createTestSystem, home, type TestSystem, tariffs } from '../../support/test-system.ts';
import { beforeRenewal, deliver, later, ordered, termOf, user } from './restored-system.ts';

// What happened between the backup and its restore counts as of then: readers, and the provider, have seen it.

const trace = { correlationId: 'test', causationId: null };

const factsOf = (system: TestSystem, type: string) => system.facts(user).filter((fact) => fact.type === type);

/** A backup an hour before the end of the first period, which is then renewed. */
async function renewed(tariffId: string) {
  const { system, backup } = await beforeRenewal({ tariffId });
  const first = await termOf(system);
  await system.pass(2 * hourMs, hourMs);
  return { system, backup, first };
}

describe('a renewal that is read back when the grace of its document is over', () => {
  test('keeps its boundary: readers had access all the time', async () => {
    const { system, backup, first } = await renewed(tariffs.month.id);
    const before = await termOf(system);
    later(system, 10 * dayMs);
    await system.restore(backup);
    expect(await termOf(system)).toEqual(before);
    expect(before.periodStart).toBe(first.periodEnd);
    const { entitlement } = await system.state(user);
    expect(entitlement).toMatchObject({ active: true, validUntil: before.graceUntil });
  });

  test('keeps its boundary, although access has resumed since', async () => {
    const { subscription } = await (await createSystemWithActive(user)).state(user);
    if (subscription?.status !== 'active') throw new Error('no period');
    const { periodEnd, anchor } = subscription.term;
    const resumed = { ...subscription, resumedAt: periodEnd + 10 * dayMs };
    const granted = { now: periodEnd + minuteMs, policy: testPolicy } as Context;
    const { term } = nextTerm(resumed, accessIn(resumed, testPolicy), granted);
    expect([term.anchor, term.periodStart]).toEqual([anchor, periodEnd]);
  });

  test('keeps its boundary, although the clock that charged it was ahead of the one that had set the boundary', async () => {
    const system = await createSystemWithActive(user);
    const { subscription } = await system.state(user);
    if (subscription?.status !== 'active') throw new Error('no period');
    const { periodEnd } = subscription.term;
    const upAt = periodEnd + 2 * dayMs;
    const context = { epoch: { restoredAt: periodEnd - dayMs, stoppedAt: upAt, upAt }, realNow: upAt } as Context;
    const grantedAt = (capturedAt: number) =>
      grantedBeforeRestore({ testClockId: null }, subscription, { payment: { kind: 'charge' }, capturedAt }, context);
    expect(grantedAt(periodEnd - 5 * minuteMs)).toBe(periodEnd);
    expect(grantedAt(periodEnd + minuteMs)).toBe(periodEnd + minuteMs);
    // Its period began earlier then.
    expect(grantedAt(periodEnd - hourMs)).toBeNull();
  });

  test('is where it was, one of several: no day is given twice', async () => {
    const { system, backup } = await renewed(tariffs.day.id);
    await system.pass(5 * dayMs, hourMs);
    const before = await termOf(system);
    later(system, 2 * hourMs);
    await system.restore(backup);
    expect(before.periodIndex).toBe(6);
    expect(await system.state(user)).toMatchObject({ subscription: { term: before }, recalled: [] });
  });

  test('begins when readers learn of it, where the services stopped before they can have published it', async () => {
    const { system, backup, first } = await renewed(tariffs.month.id);
    const stoppedAt = first.periodEnd + 30 * minuteMs;
    later(system, 10 * dayMs);
    await system.restore({ ...backup, stoppedAt });
    expect(await termOf(system)).toMatchObject({ periodIndex: 1, periodStart: system.clock.now() });
  });

  test('of which all went back begins when it is taken: access was refused until then', async () => {
    const { system, backup } = await renewed(tariffs.month.id);
    const charge = (await system.state(user)).captures.at(-1);
    system.provider.refundInCabinet(charge?.providerPaymentId ?? '', charge?.capturedMinor ?? 0);
    later(system, 10 * dayMs);
    await system.restore(backup);
    await system.pass(dayMs + hourMs, hourMs);
    const { subscription, entitlement } = await system.state(user);
    expect(subscription).toMatchObject({ term: { periodIndex: 1, anchorIndex: 1 } });
    expect(entitlement).toMatchObject({ active: true });
  });
});

test('a retry that was announced before the restore does not name a notice that was given since', async () => {
  const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
  const [method] = (await system.state(user)).methods;
  await system.pass(12 * hourMs);
  const backup = system.backUp();
  system.provider.setMethod(method?.id ?? '', { always: 'insufficient_funds' });
  await system.pass(3 * dayMs, hourMs);
  const charges = () =>
    factsOf(system, 'payment.created').flatMap(({ payment }) => {
      const { id, noticeId } = payment as { readonly id: string; readonly noticeId?: string };
      return [{ id, noticeId }];
    });
  const before = new Map(charges().map(({ id, noticeId }) => [id, noticeId]));
  const from = charges().length;
  later(system, hourMs);
  await system.restore(backup);
  const again = charges().slice(from);
  expect(again).toHaveLength(2);
  for (const { id, noticeId } of again) expect([undefined, before.get(id)]).toContain(noticeId);
});

test('a renewal of a purchase that begins later when it is read again names no notice that was never given', async () => {
  const week = { ...tariffs.day, period: { unit: 'day', count: 7 } } as const;
  const system = createTestSystem({ ...home, sold: [week] });
  const backup = system.backUp();
  const bought = await system.pay(user, { tariffId: week.id });
  await system.payPage(user);
  await system.pass(10 * dayMs, 6 * hourMs);
  const charges = () =>
    factsOf(system, 'payment.created').filter(({ payment }) => (payment as { kind: string }).kind === 'charge');
  expect(charges()).toHaveLength(1);
  later(system, hourMs);
  await system.restore(backup);
  await deliver(system, bought);
  await system.pass(hourMs, minuteMs);
  const [before, again] = charges().map(({ payment }) => (payment as { readonly noticeId?: string }).noticeId);
  expect(charges()).toHaveLength(2);
  expect([undefined, before]).toContain(again);
});

describe('a purchase that comes to nothing when it is read again', () => {
  test('ends the subscription that readers saw begin', async () => {
    const system = createTestSystem();
    const { price, period } = tariffs.month;
    const backup = system.backUp();
    system.provider.script('not_done');
    const shown = {
      firstAmount: price,
      firstChargeAt: system.clock.now(),
      thenAmount: price,
      period,
      cancelHow: 'here',
    };
    const bought = await system.pay(user, { terms: { version: '2026-01', locale: 'ru-RU', shown } });
    const [begun] = factsOf(system, 'subscription.created');
    later(system, 5 * dayMs);
    await system.restore(backup);
    await deliver(system, bought);
    const [ended] = factsOf(system, 'subscription.activation_expired');
    const idOf = (fact: typeof ended): unknown => (fact?.['subscription'] as { readonly id: string } | undefined)?.id;
    expect(idOf(ended)).toBe(idOf(begun));
    expect(ended).toMatchObject({ cause: 'not_paid', subscription: { status: 'incomplete_expired' } });
    expect(await system.outcome(user, bought.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
  });

  test('leaves the subscription alone that the document has', async () => {
    const system = await createSystemWithActive(user);
    const { subscription } = await system.state(user);
    const backup = system.backUp();
    const bought = await system.pay(user);
    later(system, dayMs);
    await system.restore(backup);
    await deliver(system, bought);
    expect((await system.state(user)).subscription).toEqual(subscription);
  });

  test('takes no payment that was made for a later command', async () => {
    const system = createTestSystem();
    await system.pay(user, { renew: false });
    await system.payPage(user);
    const backup = system.backUp();
    // It was rejected then, as while a charge is out.
    const first = system.payCommand(user, { renew: false });
    later(system, 25 * hourMs);
    const second = system.payCommand(user, { renew: false });
    await deliver(system, second);
    await system.payPage(user);
    later(system, hourMs);
    await system.restore(backup);
    await deliver(system, first);
    expect(await system.outcome(user, first.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
    await deliver(system, second);
    await system.pass(minuteMs);
    expect(await system.outcome(user, second.commandId)).toMatchObject({ kind: 'completed' });
    expect(await system.state(user)).toMatchObject({ recalled: [], subscription: { term: { periodIndex: 1 } } });
  });

  test('is named where it takes a payment that was made after it had expired: a later command may have made it', async () => {
    const system = createTestSystem();
    await system.pay(user, { renew: false });
    await system.payPage(user);
    const backup = system.backUp();
    const first = system.payCommand(user, { renew: false });
    later(system, 13 * hourMs);
    await deliver(system, system.payCommand(user, { renew: false }));
    later(system, 2 * hourMs);
    await system.restore(backup);
    await deliver(system, first);
    expect(system.errorLines()).toMatchObject([{ fields: { subjectId: first.commandId, rule: 'contradiction' } }]);
  });
});

describe('a binding that was open in the backup', () => {
  async function bound() {
    const system = createTestSystem();
    system.provider.script('not_done');
    const command = ordered(system, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null });
    await deliver(system, command);
    return { system, backup: system.backUp(), command };
  }

  test('and was confirmed after it is named: the provider has no list of them', async () => {
    const { system, backup, command } = await bound();
    await system.pass(5 * minuteMs, minuteMs);
    await system.endBinding(user, 'active');
    later(system, 2 * dayMs);
    await system.restore(backup);
    await system.pass(hourMs, minuteMs);
    expect((await system.outcome(user, command.commandId))?.kind).toBe('rejected');
    expect(system.errorLines()).toMatchObject([{ fields: { subjectId: command.commandId, rule: 'contradiction' } }]);
  });

  test('is not named where the provider says that it saved nothing', async () => {
    const { system, command } = await bound();
    await system.pass(5 * minuteMs, minuteMs);
    const open = system.backUp();
    system.provider.endBinding((await system.state(user)).binding?.providerMethodId ?? '', 'inactive');
    later(system, 2 * dayMs);
    await system.restore(open);
    await system.pass(hourMs, minuteMs);
    expect((await system.outcome(user, command.commandId))?.kind).toBe('rejected');
    expect(system.errorLines()).toEqual([]);
  });

  test('and one that is begun again, and refused then, is named too', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const command = ordered(system, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null });
    await deliver(system, command);
    await system.endBinding(user, 'active');
    expect((await system.outcome(user, command.commandId))?.kind).toBe('completed');
    later(system, 20 * minuteMs);
    await system.restore(backup);
    system.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: null });
    await deliver(system, command);
    await system.pass(hourMs, minuteMs);
    expect((await system.outcome(user, command.commandId))?.kind).toBe('rejected');
    const named = system.errorLines().map(({ fields }) => fields.subjectId);
    expect(named).toContain(command.commandId);
  });

  test('and is replaced since is named, and the preview of what replaces it says so', async () => {
    const { system, backup } = await bound();
    later(system, dayMs);
    await system.restore(backup);
    const bind = { type: 'payment_method.bind', userId: user, methodType: 'bank_card', returnUrl: null } as const;
    const { facts } = await previewCommand({ ...system.services, testClocks: null }, bind);
    const before = system.facts(user).length;
    await deliver(system, ordered(system, bind));
    expect(
      system
        .facts(user)
        .slice(before, before + facts.length)
        .map(({ type }) => type),
    ).toEqual(facts);
    expect(facts).toEqual(['invariant.violated', 'payment_method.bind_failed']);
  });
});

test('a timer that is read again after a restore publishes nothing: it changes nothing', async () => {
  const system = await createSystemWithActive(user);
  const { subscription } = await system.state(user);
  const backup = system.backUp();
  later(system, hourMs);
  await system.restore(backup);
  const before = await system.services.store.load(user);
  const timer = { type: 'subscription.notice_due' as const, subscriptionId: subscription?.id ?? '' };
  await handleTimer(system.services, user, timer as Timer, trace);
  expect((await system.services.store.load(user))?.version).toBe(before?.version);
});
