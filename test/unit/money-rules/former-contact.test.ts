import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { TestSystem } from '../../support/test-system.ts';
import { clearContact, createSubscribed, sentReceipts, setContact, user } from './receipts-system.ts';

const unsent = { kind: 'unsent', reason: 'econnrefused' } as const;
const types = (system: TestSystem): readonly string[] => system.facts(user).map(({ type }) => type);
const chargesOf = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'charge');

/** How many keys charged, each always with the same bytes. */
function keysOf(system: TestSystem): number {
  const byKey = Map.groupBy(chargesOf(system), ({ idempotenceKey }) => idempotenceKey);
  for (const sends of byKey.values()) expect(new Set(sends.map(({ frozen }) => frozen)).size).toBe(1);
  return byKey.size;
}
const to = (email: string) => ({ receipt: { customer: { email } } });

/** The renewal is saved, and the provider refuses connections. */
async function createUnsent(): Promise<TestSystem> {
  const system = await createSubscribed();
  system.provider.script(...Array.from({ length: 4 }, () => unsent));
  await system.pass(28 * dayMs + minuteMs, 10 * minuteMs);
  const { payment } = await system.state(user);
  expect([payment?.kind, (payment?.send.sends ?? 0) - (payment?.send.unsent ?? 0)]).toEqual(['charge', 0]);
  return system;
}

async function createPastDue(): Promise<TestSystem> {
  const system = await createSubscribed();
  const [method] = (await system.state(user)).methods;
  system.provider.setMethod(method?.id ?? '', { always: 'insufficient_funds' });
  await system.pass(28 * dayMs + hourMs, hourMs);
  system.provider.setMethod(method?.id ?? '', { always: 'succeeded' });
  return system;
}

async function dunningOf(system: TestSystem) {
  const { subscription } = await system.state(user);
  return subscription?.status === 'past_due' ? subscription.dunning : null;
}

describe('a contact that changes before a charge was sent', () => {
  test('taken back: nothing is charged, nothing was declined, and a new contact lets the charge go on', async () => {
    const system = await createUnsent();
    const sends = chargesOf(system).length;
    await clearContact(system);
    expect(await system.state(user)).toMatchObject({ payment: null, subscription: { status: 'active' } });
    await system.pass(2 * hourMs, 5 * minuteMs);
    expect(chargesOf(system)).toHaveLength(sends);
    expect(types(system)).toContain('notice.contact_missing');
    await setContact(system, 'new@cinema.example');
    await system.pass(hourMs, minuteMs);
    expect(types(system)).toContain('subscription.renewed');
    expect(types(system)).not.toContain('subscription.past_due');
    expect(sentReceipts(system).at(-1)).toMatchObject(to('new@cinema.example'));
    expect(keysOf(system)).toBe(2);
  });

  test('replaced: the charge is made anew, with another key, and its receipt goes to the new one', async () => {
    const system = await createUnsent();
    await setContact(system, 'new@cinema.example');
    await system.pass(hourMs, minuteMs);
    expect(types(system)).toContain('subscription.renewed');
    expect(sentReceipts(system).at(-1)).toMatchObject(to('new@cinema.example'));
    expect(keysOf(system)).toBe(2);
    const renewals = system.facts(user).filter(({ type }) => type === 'payment.succeeded');
    expect(renewals.at(-1)).toMatchObject({ payment: { noticeId: expect.any(String) } });
  });

  test('taken back while the request is out, and that proves unsent: nothing is charged', async () => {
    const system = await createSubscribed();
    await system.pass(27 * dayMs, hourMs);
    const send = system.provider.send.bind(system.provider);
    const during: typeof send = async (...given) => {
      await clearContact(system);
      return send(...given);
    };
    Object.assign(system.provider, { send: during });
    system.provider.script(unsent);
    await system.pass(2 * dayMs, hourMs);
    expect(chargesOf(system)).toHaveLength(1);
    expect(await system.state(user)).toMatchObject({ payment: null, subscription: { status: 'active' } });
  });

  test('taken back once the request may have arrived: the charge goes on', async () => {
    const system = await createSubscribed();
    system.provider.script('lost');
    await system.pass(28 * dayMs + minuteMs, 10 * minuteMs);
    const { payment } = await system.state(user);
    await clearContact(system);
    expect((await system.state(user)).payment).toEqual(payment);
    await system.pass(hourMs, minuteMs);
    expect(types(system)).toContain('subscription.renewed');
    expect(keysOf(system)).toBe(1);
  });

  test('while past due: the ladder stays where it was, and its attempt is made anew', async () => {
    const system = await createPastDue();
    const before = await dunningOf(system);
    system.provider.script(unsent, unsent, unsent, unsent);
    while ((await system.state(user)).payment === null) await system.pass(minuteMs, minuteMs);
    await clearContact(system);
    expect(await dunningOf(system)).toEqual(before);
    await setContact(system);
    await system.pass(hourMs, minuteMs);
    expect(types(system)).toContain('subscription.renewed');
    expect(keysOf(system)).toBe(3);
  });

  test('a retry that waits for it is rejected, and says what is missing', async () => {
    const system = await createPastDue();
    const ended = async (change: () => Promise<unknown>) => {
      system.provider.script(unsent, unsent);
      await system.order(user, { type: 'payment.retry' });
      const { id } = (await system.state(user)).commands.at(-1)!;
      expect(await system.outcome(user, id)).toBeNull();
      await change();
      return system.outcome(user, id);
    };
    const replaced = await ended(() => setContact(system, 'new@cinema.example'));
    expect(replaced).toEqual({ kind: 'rejected', reason: 'superseded' });
    expect(await ended(() => clearContact(system))).toEqual({ kind: 'rejected', reason: 'contact_required' });
  });
});
