import { beforeEach, describe, expect, test } from '@jest/globals';
import { Fault } from '../../../src/application/ports/faults.ts';
import { discardDeadLetter, replayDeadLetter } from '../../../src/application/requests/dead-letter-acts.ts';
import { listDeadLetters, readDeadLetter } from '../../../src/application/requests/read-dead-letters.ts';
import { idOfSample, sampleDeadLetter } from '../../contract/dead-letters-suite.ts';
import { createMemoryAudit } from '../../fakes/audit.ts';
import { createMemoryDeadLetters } from '../../fakes/dead-letters.ts';
import { createMemorySealedRecords } from '../../fakes/sealed-records.ts';

const act = { actor: 'anna', key: 'key-1', reason: 'the bug is mended', requestId: 'request-1' };

function setUp() {
  const records = createMemorySealedRecords({ 'billing.entitlements.v1': 'foreign_topic' });
  const [deadLetters, audit] = [createMemoryDeadLetters(), createMemoryAudit()];
  const clock = { now: () => 9_000 };
  return { records, deadLetters, audit, clock, hash: (text: string) => text, publishDeadlineMs: 1_000 };
}
let services: ReturnType<typeof setUp>;
const stateOf = async (offset: number) => (await services.deadLetters.find(idOfSample(offset)))?.state;
const actions = () => services.audit.entries().map(({ action }) => action);
beforeEach(async () => {
  services = setUp();
  for (const offset of [1, 2, 3]) await services.deadLetters.keep(sampleDeadLetter(offset));
});

describe('a replay', () => {
  test('publishes the record once, names its dead letter, closes it, and is audited', async () => {
    const answer = await replayDeadLetter(services, idOfSample(1), act);
    expect(answer).toMatchObject({ kind: 'closed', letter: { state: 'replayed', closedAt: 9_000 } });
    expect(services.records.replayed).toEqual([
      { topic: 'billing.commands.v1', sealed: 'sealed 1', id: idOfSample(1) },
    ]);
    expect([await stateOf(1), await stateOf(2)]).toEqual(['replayed', 'open']);
    expect(services.audit.entries()).toMatchObject([
      {
        ...{ actor: 'anna', action: 'dead_letter.replay', subject: { kind: 'dead_letter', id: idOfSample(1) } },
        ...{ userId: 'user', before: { state: 'open' }, after: { state: 'replayed' } },
        ...{ reason: 'the bug is mended', requestId: 'request-1', at: 9_000 },
      },
    ]);
  });

  test('that is repeated answers as the first, whatever its key, and publishes nothing', async () => {
    for (const key of ['key-1', 'key-1', 'key-2'])
      expect(await replayDeadLetter(services, idOfSample(1), { ...act, key })).toMatchObject({ kind: 'closed' });
    expect(services.records.replayed).toHaveLength(1);
    expect(services.audit.entries()).toHaveLength(1);
  });

  test('that Kafka does not acknowledge leaves the dead letter open, and its repeat replays it without a second entry', async () => {
    services.records.failWith(new Fault('unacknowledged', 'perhaps', { retryable: true }));
    await expect(replayDeadLetter(services, idOfSample(1), act)).rejects.toMatchObject({ code: 'unacknowledged' });
    expect(await stateOf(1)).toBe('open');
    services.records.failWith(null);
    expect(await replayDeadLetter(services, idOfSample(1), act)).toMatchObject({ kind: 'closed' });
    expect([services.records.replayed.length, actions()]).toEqual([1, ['dead_letter.replay']]);
  });

  test('is never carried out without its entry in the audit', async () => {
    const append = () => Promise.reject(new Fault('store_unavailable', 'away', { retryable: true }));
    const without = { ...services, audit: { append } };
    await expect(replayDeadLetter(without, idOfSample(1), act)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(discardDeadLetter(without, idOfSample(1), act)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect([services.records.replayed, await stateOf(1)]).toEqual([[], 'open']);
  });

  test('is refused where the record may not be published again, and nothing is audited', async () => {
    await services.deadLetters.keep(sampleDeadLetter(9, { topic: 'billing.entitlements.v1' }));
    const id = 'billing.entitlements.v1:4:9:billing-commands';
    expect(await replayDeadLetter(services, id, act)).toEqual({ kind: 'refused', refusal: 'foreign_topic' });
    expect([services.records.replayed, actions()]).toEqual([[], []]);
  });

  test('of a discarded or unknown dead letter is refused', async () => {
    await discardDeadLetter(services, idOfSample(1), act);
    const answer = await replayDeadLetter(services, idOfSample(1), act);
    expect(answer).toEqual({ kind: 'closed_otherwise', state: 'discarded' });
    expect(await replayDeadLetter(services, idOfSample(8), act)).toEqual({ kind: 'not_found' });
    expect([services.records.replayed, actions()]).toEqual([[], ['dead_letter.discard']]);
  });
});

describe('a discard', () => {
  test('closes the dead letter and is audited once, however often it is repeated', async () => {
    for (const key of ['key-1', 'key-1', 'key-2'])
      expect(await discardDeadLetter(services, idOfSample(1), { ...act, key })).toMatchObject({ kind: 'closed' });
    expect([await stateOf(1), actions()]).toEqual(['discarded', ['dead_letter.discard']]);
  });

  test('of a replayed or unknown dead letter is refused', async () => {
    await replayDeadLetter(services, idOfSample(1), act);
    const answer = await discardDeadLetter(services, idOfSample(1), act);
    expect(answer).toEqual({ kind: 'closed_otherwise', state: 'replayed' });
    expect(await discardDeadLetter(services, idOfSample(8), act)).toEqual({ kind: 'not_found' });
  });
});

test('with one key for two acts, both are audited', async () => {
  await replayDeadLetter(services, idOfSample(1), act);
  await replayDeadLetter(services, idOfSample(2), act);
  await discardDeadLetter(services, idOfSample(3), act);
  expect(actions()).toEqual(['dead_letter.replay', 'dead_letter.replay', 'dead_letter.discard']);
});

test('an object of the provider is no user: a dead letter of a hint concerns none', async () => {
  await services.deadLetters.keep(sampleDeadLetter(9, { consumerGroup: 'billing-hints' }));
  await discardDeadLetter(services, 'billing.commands.v1:4:9:billing-hints', act);
  expect(services.audit.entries()).toMatchObject([{ userId: null }]);
});

const everything = { state: null, topic: null, errorCode: null, limit: 2 };

test('the cursor of a page leads to the next one, and the last page has none', async () => {
  const first = await listDeadLetters(services, { ...everything, cursor: null });
  if (first === 'no_such_cursor' || first.next === null) throw new Error('There is a second page.');
  const second = await listDeadLetters(services, { ...everything, cursor: first.next });
  if (second === 'no_such_cursor') throw new Error('It is a cursor of the list.');
  expect([...first.letters, ...second.letters].map(({ offset }) => offset)).toEqual(['3', '2', '1']);
  expect(second.next).toBeNull();
});

test.each(['', 'x', '1', '_', '1_', '-1_a', '9999999999999999_a'])('%j is no cursor', async (cursor) => {
  expect(await listDeadLetters(services, { ...everything, cursor })).toBe('no_such_cursor');
});

test('an opened dead letter has its record in clear, and one that was sealed with another key has none', async () => {
  await services.deadLetters.keep(sampleDeadLetter(9, { sealed: 'sealed otherwise' }));
  const opened = await readDeadLetter(services, idOfSample(1));
  expect(opened).toMatchObject({ letter: { offset: '1' }, record: { value: { content: 'sealed 1' } } });
  expect(opened?.letter).not.toHaveProperty('sealed');
  expect(await readDeadLetter(services, idOfSample(9))).toMatchObject({ letter: { offset: '9' }, record: null });
  expect(await readDeadLetter(services, idOfSample(8))).toBeNull();
});
