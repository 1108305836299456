import { expect, jest, test } from '@jest/globals';
import type { PublishedAccess } from '../../../src/application/ports/access-pages.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { publishAccess } from '../../../src/application/requests/publish-access.ts';
import { publishAccess as fromShell } from '../../../src/composition/admin/publish-access.ts';
import { createMessageFactory } from '../../../src/messages/message-factory.ts';
import { createMemoryAudit } from '../../fakes/audit.ts';

const userOf = (index: number): string => `${String(index).padStart(8, '0')}-1111-4111-8111-111111111111`;
const all = Array.from({ length: 5 }, (_none, index): PublishedAccess => {
  const entitlement = { active: true, validUntil: 9, graceUntil: null, tariffAlias: 'base', features: ['hd'] };
  return { userId: userOf(index), entitlement: { ...entitlement, role: 'subscriber' }, sequence: 10 + index };
});

function createTopic() {
  const records: OutMessage[] = [];
  const waits: number[] = [];
  let isDown = false;
  const services = {
    accessPages: (after: string | null, limit: number) =>
      Promise.resolve(all.filter(({ userId }) => after === null || userId > after).slice(0, limit)),
    messageFactory: createMessageFactory(),
    publisher: {
      publish: (messages: readonly OutMessage[]) => {
        if (isDown) return Promise.reject(new Fault('unacknowledged', 'down', { retryable: true }));
        records.push(...messages);
        return Promise.resolve();
      },
    },
    clock: { now: () => 1_000, monotonicMs: () => 0, wait: (ms: number) => Promise.resolve(void waits.push(ms)) },
    randomId: () => 'run',
  };
  return { records, waits, services, breakDown: () => void (isDown = true) };
}

test('the access of every user is published under its own number, a page a second', async () => {
  const { records, waits, services } = createTopic();
  const seen: unknown[] = [];
  const count = await publishAccess(services, { after: null, perSecond: 2 }, (...progress) => seen.push(progress));
  expect(count).toBe(5);
  expect(records.map(({ key, headers }) => [key, headers['ce_sequence']])).toEqual(
    all.map(({ userId, sequence }) => [userId, String(sequence)]),
  );
  expect(waits).toEqual([1_000, 1_000]);
  expect(seen.at(-1)).toEqual([5, userOf(4)]);
});

test('a run that breaks off has named the user after whom the next one goes on', async () => {
  const { records, services, breakDown } = createTopic();
  let last: string | null = null;
  const breaking = publishAccess(services, { after: null, perSecond: 2 }, (_count, lastUser) => {
    last = lastUser;
    breakDown();
  });
  await expect(breaking).rejects.toThrow('down');
  expect(last).toBe(userOf(1));
  const { records: rest, services: again } = createTopic();
  await publishAccess(again, { after: last, perSecond: 100 }, () => undefined);
  expect([...records, ...rest].map(({ key }) => key)).toEqual(all.map(({ userId }) => userId));
});

test('from a shell it is audited before the first record: who, why and from where', async () => {
  const { records, services } = createTopic();
  const audit = createMemoryAudit();
  const options = { reason: 'the topic was lost', actor: 'anna', key: 'k-1', after: userOf(3), 'per-second': '200' };
  let before = -1;
  const openPublisher = () => Promise.resolve(services.publisher);
  const append: typeof audit.append = (entries) => {
    before = records.length;
    return audit.append(entries);
  };
  const admin = { ...services, openPublisher, audit: { append }, hash: (text: string) => text };
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await fromShell.run({ values: options, operands: [] }, admin as never);
  jest.restoreAllMocks();
  expect([before, records.length]).toEqual([0, 1]);
  expect(await audit.list({ about: 'all', limit: 10, page: 1 })).toMatchObject([
    {
      actor: 'anna',
      action: 'access.publish',
      reason: 'the topic was lost',
      after: { after: userOf(3), perSecond: 200 },
    },
  ]);
});
