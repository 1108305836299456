import { expect, test } from '@jest/globals';
import { handleCommand } from '../../../src/application/handlers/handle-command.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const audited = (system: TestSystem) =>
  system.readModelRows().flatMap((row) => (row.model === 'audit' ? [row.row] : []));

test('an order of staff leaves who, when, what, why and what it changed, in the save that carries it out', async () => {
  const system = await createSystemWithActive(user);
  system.provider.script(...Array.from({ length: 200 }, () => 'lost' as const));
  system.provider.failReads(1_000_000);
  await system.pass(28 * dayMs + hourMs, hourMs);
  system.clock.advance(minuteMs);
  const { payment } = await system.state(user);
  const subject = { kind: 'payment', id: payment?.id ?? '' };
  const order = {
    type: 'payment.resolve',
    paymentId: subject.id,
    checkResult: 'failed',
    providerObjectId: null,
  } as const;
  system.breakBroker(true);
  await system.staff(user, order, 'order-1');
  const outbox = (await system.services.store.load(user))?.outbox ?? [];
  expect(outbox.flatMap(({ rows }) => rows).filter(({ model }) => model === 'audit')).toHaveLength(1);
  system.breakBroker(false);
  await system.sweep();
  const [entry] = audited(system);
  expect(entry).toMatchObject({
    ...{ id: 'order-1', at: system.clock.now(), actor: 'anna', action: 'payment.resolve', subject, userId: user },
    ...{ reason: 'seen in the cabinet', requestId: 'test' },
    before: { subscription: { status: 'active' }, payment: { id: subject.id, state: 'unknown' } },
    after: { subscription: { status: 'past_due' }, payment: null, outcome: { kind: 'completed' } },
  });
  expect(Object.keys(entry?.before ?? {}).toSorted()).toEqual(['entitlement', 'payment', 'subscription']);
});

test('no secret is in it: no sealed request, key, page or saved method', async () => {
  const system = createTestSystem();
  system.provider.script(...Array.from({ length: 200 }, () => 'lost' as const));
  system.provider.failReads(1_000_000);
  await system.pay(user);
  await system.pass(hourMs);
  system.clock.advance(minuteMs);
  const { payment } = await system.state(user);
  const order = { type: 'payment.resolve', paymentId: payment?.id ?? '', checkResult: 'succeeded' } as const;
  await system.staff(user, { ...order, providerObjectId: 'seen' });
  const text = JSON.stringify(audited(system));
  expect(text).toContain('"state":"unknown"');
  expect(text).not.toContain(payment?.send.request);
  expect(text).not.toContain(payment?.send.idempotenceKey);
});

test('a rejected order leaves its outcome, a repeat nothing, and a subscriber no row', async () => {
  const system = await createSystemWithActive(user);
  await system.staff(user, { type: 'subscription.release' }, 'order-1');
  await system.staff(user, { type: 'subscription.release' }, 'order-1');
  await system.cancel(user);
  expect(audited(system)).toMatchObject([
    { id: 'order-1', before: {}, after: { outcome: { kind: 'rejected', reason: 'nothing_to_release' } } },
  ]);
});

test('every order of staff is audited, whichever it is', async () => {
  const system = await createSystemWithActive(user);
  const actor = { kind: 'staff', id: 'anna' } as const;
  const cancel = { ...system.cancelCommand(user, 'period_end'), commandId: 'order-1', actor, reason: 'by telephone' };
  const trace = { correlationId: 'other', causationId: null };
  await handleCommand(system.services, cancel, trace);
  await handleCommand(system.services, cancel, trace);
  await system.services.relay.idle();
  expect(audited(system)).toMatchObject([
    { action: 'subscription.cancel', reason: 'by telephone', requestId: 'other' },
  ]);
});
