import { describe, expect, test } from '@jest/globals';
import { reconcileEntitlements } from '../../../consumers/reconcile-entitlements.ts';
import { typeFromHeader } from '../../../src/messages/catalogue.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import { readMessage } from '../../support/read-message.ts';
import { createSystemWithActive, createTestSystem, type TestSystem } from '../../support/test-system.ts';
import { beforeRenewal, user } from './restored-system.ts';

const types = (system: TestSystem) => system.facts(user).map(({ type }) => type);

const numbersOf = (system: TestSystem) =>
  system.messages.map(readMessage).flatMap((carried) => (carried.kind === 'fact' ? [carried.sequence] : []));

describe('readers after a restore', () => {
  test('see higher numbers than before, in every document that is saved', async () => {
    const { system, backup } = await beforeRenewal();
    await system.pass(2 * hourMs);
    const before = numbersOf(system);
    system.clock.set(system.clock.now() + hourMs);
    await system.restore(backup);
    await system.cancel(user);
    const later = numbersOf(system).slice(before.length);
    expect(Math.min(...later)).toBeGreaterThan(Math.max(...before));
    expect(later).toEqual([...new Set(later)].toSorted((a, b) => a - b));
    expect(types(system).slice(before.length)).toContain('entitlement.changed');
  });

  const recordsOf = (system: TestSystem) =>
    system.messages.filter(({ topic, key }) => topic === topicNames.entitlements && key === user);

  /** The keeper reads a record of the topic again. */
  function keep(system: TestSystem, record: ReturnType<typeof recordsOf>[number] | undefined) {
    if (record === undefined) throw new Error('no record');
    const { topic, key, headers, value } = record;
    const delivery = {
      topic,
      partition: 0,
      offset: '0',
      recordedAt: null,
      key,
      headers,
      value,
      trace: { correlationId: 'k', causationId: null },
    };
    const type = typeFromHeader(headers['ce_type']) ?? '';
    return reconcileEntitlements.handle(system.services, { ...delivery, type });
  }

  test('hear the access of the document, where the topic is ahead of it', async () => {
    const system = await createSystemWithActive(user);
    const backup = system.backUp();
    await system.cancel(user, 'immediate');
    await system.restore(backup);
    const [, ahead] = recordsOf(system);
    expect(await keep(system, ahead)).toEqual({ kind: 'handled' });
    await system.services.relay.idle();
    const [last] = recordsOf(system).slice(-1);
    expect(recordsOf(system)).toHaveLength(3);
    expect(last?.value).toMatchObject({ active: true });
    expect(Number(last?.headers['ce_sequence'])).toBeGreaterThan(Number(ahead?.headers['ce_sequence']));
    // Its own record, and a late repeat of an older one, are the ordinary case again.
    expect(system.errorLines()).toEqual([]);
  });

  test('hear that there is no access, where the backup knows nothing of it and the provider neither', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    await system.pay(user);
    await system.payPage(user);
    await system.restore(backup);
    const { subscriber, version } = (await system.services.store.load(user))!;
    const lost = { ...subscriber, recalled: [] };
    // What was paid gives access again, without a break.
    expect(await keep(system, recordsOf(system)[0])).toMatchObject({ kind: 'ignored' });
    const announce = { business: null, real: null };
    const saved = { subscriber: lost, expectedVersion: version, saveId: 'lost', announce, entry: null };
    expect(await system.services.store.save(saved)).toBe('saved');
    expect(await keep(system, recordsOf(system)[0])).toEqual({ kind: 'handled' });
    await system.services.relay.idle();
    expect(recordsOf(system).at(-1)?.value).toMatchObject({ active: false });
  });
});
