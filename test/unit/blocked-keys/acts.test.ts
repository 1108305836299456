import { beforeEach, describe, expect, test } from '@jest/globals';
import { commandGroup, type ParkedMessage } from '../../../src/application/ports/blocked-keys.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { discardQueuedMessage, retryBlockedKey } from '../../../src/application/requests/blocked-key-acts.ts';
import { readBlockedKey } from '../../../src/application/requests/read-blocked-key.ts';
import { createMemoryAudit } from '../../fakes/audit.ts';
import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { createMemoryDeadLetters } from '../../fakes/dead-letters.ts';
import { createMemorySealedRecords } from '../../fakes/sealed-records.ts';

const act = { actor: 'anna', key: 'key-1', reason: 'it never works', requestId: 'request-1' };
const place = { group: commandGroup, key: 'user' };
const message = (offset: number, more: Partial<ParkedMessage> = {}): ParkedMessage => ({
  ...{ ...place, topic: 'billing.commands.v1', partition: 4, offset: String(offset) },
  ...{ sealed: `sealed ${offset}`, timestamp: 5, parkedAt: 1_000 + offset, ...more },
});
const idOf = (offset: number, timestamp = 5): string => `billing.commands.v1:4:${offset}:${timestamp}`;
const letterId = 'billing.commands.v1:4:1:billing-commands';
const failure = { error: { name: 'TypeError', message: 'decide' }, retryAt: 90_000 };
const everything = { state: null, topic: null, errorCode: null, after: null, limit: 10 };

function setUp() {
  const [blockedKeys, deadLetters, audit] = [createMemoryBlockedKeys(), createMemoryDeadLetters(), createMemoryAudit()];
  const clock = { now: () => 9_000 };
  return { blockedKeys, deadLetters, audit, clock, hash: (text: string) => text, records: createMemorySealedRecords() };
}
let services: ReturnType<typeof setUp>;
const waiting = async () => (await services.blockedKeys.queue(commandGroup, 'user', 10)).map(({ offset }) => offset);
const discard = (offset: number, more: Partial<typeof act> = {}) =>
  discardQueuedMessage(services, { ...place, messageId: idOf(offset) }, { ...act, ...more });
beforeEach(async () => {
  services = setUp();
  await services.blockedKeys.park(message(1), failure);
  for (const offset of [2, 3]) await services.blockedKeys.park(message(offset), null);
});

describe('a discard', () => {
  test('takes the oldest message out of the queue and makes it a dead letter with all that it was', async () => {
    expect(await discard(1)).toEqual({ kind: 'discarded', deadLetterId: letterId });
    expect(await waiting()).toEqual(['2', '3']);
    expect(await services.deadLetters.find(letterId)).toMatchObject({
      ...{ topic: 'billing.commands.v1', partition: 4, offset: '1', key: 'user', consumerGroup: commandGroup },
      ...{ errorClass: 'bug', errorCode: 'discarded', sealed: 'sealed 1', state: 'open', firstFailedAt: 1_001 },
      reason: 'Staff discarded it from the queue of its key. It failed last with TypeError at decide.',
    });
    expect(services.audit.entries()).toMatchObject([
      {
        ...{ actor: 'anna', action: 'blocked_key.discard', reason: 'it never works', requestId: 'request-1' },
        ...{ subject: { kind: 'blocked_key', id: 'user' }, userId: 'user' },
        before: { group: commandGroup, messageId: idOf(1), attempts: 0, error: { name: 'TypeError' } },
        after: { deadLetter: letterId },
      },
    ]);
  });

  test('that is repeated answers as the first and takes no second message', async () => {
    const first = await discard(1);
    expect([await discard(1), await discard(1, { key: 'key-2' })]).toEqual([first, first]);
    expect([await waiting(), services.audit.entries().length]).toEqual([['2', '3'], 1]);
  });

  test('that died before the message left the queue is finished by its repeat', async () => {
    const finish = () => Promise.reject(new Fault('store_unavailable', 'away', { retryable: true }));
    const dying = { ...services, blockedKeys: { ...services.blockedKeys, finish } };
    const wanted = { ...place, messageId: idOf(1) };
    await expect(discardQueuedMessage(dying, wanted, act)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await discard(1)).toEqual({ kind: 'being_tried' });
    services.clock.now = () => 60_000;
    expect(await discard(1)).toMatchObject({ kind: 'discarded' });
    expect([await waiting(), services.audit.entries().length]).toEqual([['2', '3'], 1]);
    expect(await services.deadLetters.list(everything)).toHaveLength(1);
  });

  test('of a message that is not the oldest is refused: the queue keeps its order', async () => {
    expect(await discard(2)).toEqual({ kind: 'not_oldest' });
    expect(await discard(9)).toEqual({ kind: 'not_oldest' });
    expect([await waiting(), services.audit.entries()]).toEqual([['1', '2', '3'], []]);
  });

  test('of a message that a consumer tries at the moment is refused', async () => {
    await services.blockedKeys.claim(commandGroup, 'user', { now: 90_000, until: 99_000 });
    expect(await discard(1)).toEqual({ kind: 'being_tried' });
    expect([await waiting(), await services.deadLetters.list(everything)]).toEqual([['1', '2', '3'], []]);
  });

  test('of a message that was released meanwhile is refused, also when it was a dead letter of another kind', async () => {
    for (const offset of [1, 2, 3]) await services.blockedKeys.finish(message(offset));
    expect(await discard(1)).toEqual({ kind: 'not_queued' });
    const letter = { topic: 'billing.commands.v1', partition: 4, offset: '1', key: 'user', timestamp: null };
    const why = {
      errorClass: 'poison',
      errorCode: 'invalid_value',
      reason: '',
      firstFailedAt: 1,
      attempts: 1,
    } as const;
    await services.deadLetters.keep({ ...letter, ...why, consumerGroup: commandGroup, sealed: '', replayOf: null });
    expect(await discard(1)).toEqual({ kind: 'not_queued' });
  });

  test('of a message at the place of one of a lost topic takes that one alone, now and at a repeat', async () => {
    const lost = await discard(1);
    await services.blockedKeys.park(message(1, { timestamp: 9, sealed: 'anew' }), failure);
    expect(await discard(1)).toEqual(lost);
    expect(await waiting()).toEqual(['1', '2', '3']);
    const again = () => discardQueuedMessage(services, { ...place, messageId: idOf(1, 9) }, { ...act, key: 'key-2' });
    const anew = { kind: 'discarded', deadLetterId: 'billing.commands.v1:4:1:9:billing-commands' };
    expect([await again(), await again(), await discard(1)]).toEqual([anew, anew, lost]);
    expect(await waiting()).toEqual(['2', '3']);
    expect(await services.deadLetters.find(anew.deadLetterId)).toMatchObject({ state: 'open', sealed: 'anew' });
  });

  test('keeps a message with a time that no calendar has', async () => {
    await services.blockedKeys.park(message(7, { key: 'other', timestamp: -1 }), failure);
    await discardQueuedMessage(services, { group: commandGroup, key: 'other', messageId: idOf(7, -1) }, act);
    expect(await services.deadLetters.list(everything)).toMatchObject([{ timestamp: null }]);
  });
});

describe('a retry', () => {
  test('makes the oldest message due at once, and is audited once under its key', async () => {
    const retry = () => retryBlockedKey(services, place, act);
    expect([await retry(), await retry()]).toEqual([
      { kind: 'retried', messageId: idOf(1) },
      { kind: 'retried', messageId: idOf(1) },
    ]);
    expect(await services.blockedKeys.list(commandGroup)).toMatchObject([{ retryAt: 0, waiting: 3 }]);
    expect(services.audit.entries()).toMatchObject([
      { action: 'blocked_key.retry', subject: { id: 'user' }, after: { messageId: idOf(1), due: true } },
    ]);
  });

  test('of a key that is not blocked is refused and not audited', async () => {
    const answer = await retryBlockedKey(services, { group: 'billing-hints', key: 'user' }, act);
    expect([answer, services.audit.entries()]).toEqual([{ kind: 'not_blocked' }, []]);
  });
});

test('the queue of a key is read in clear, the oldest first; a record sealed with another key is missing', async () => {
  await services.blockedKeys.park(message(0, { sealed: 'sealed otherwise' }), null);
  const shown = await readBlockedKey(services, { ...place, limit: 2 });
  expect(shown).toMatchObject([
    { id: idOf(0), record: null },
    { id: idOf(1), error: { name: 'TypeError' }, record: { value: { content: 'sealed 1' } } },
  ]);
  for (const one of shown) expect(one).not.toHaveProperty('sealed');
});
