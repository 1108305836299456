import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ParkedMessage } from '../../src/application/ports/blocked-keys.ts';
import { idOfSample, sampleDeadLetter } from '../contract/dead-letters-suite.ts';
import { type Api, startApi } from './support/api.ts';

let api: Api;
let staff: Awaited<ReturnType<Api['newUser']>>;
beforeAll(async () => {
  api = await startApi();
  staff = await api.newUser({ isSuperuser: true });
});
afterAll(() => api.close());

const key = { 'Idempotency-Key': 'key-1' };
const reason = 'it never works, call +7 903 123 45 67';
const pathOf = (name: string, ...parts: readonly string[]): string =>
  [`/admin/api/${name}`, ...parts.map(encodeURIComponent)].join('/');

describe('blocked keys', () => {
  const group = 'billing-commands';
  let partition = 0;
  const message = (user: string, offset: number): ParkedMessage => ({
    ...{ group, topic: 'billing.commands.v1', partition, offset: String(offset), key: user },
    ...{ sealed: `sealed ${offset}`, timestamp: -1, parkedAt: 1_000 + offset },
  });
  const block = async (user: string): Promise<void> => {
    partition += 1;
    const failure = { error: { name: 'TypeError', message: 'decide' }, retryAt: 9_000 };
    await api.system.blockedKeys.park(message(user, 1), failure);
    await api.system.blockedKeys.park(message(user, 2), null);
  };
  const placeOf = (offset: number): string => `billing.commands.v1:${partition}:${offset}`;
  const idOf = (offset: number): string => `${placeOf(offset)}:-1`;

  it('are listed, and their queues read in clear', async () => {
    await block('user-1');
    const { json } = await staff.get('/admin/api/blocked-keys?limit=100');
    expect(json).toMatchObject([
      {
        ...{ group, key: 'user-1', waiting: 2, since: '1970-01-01T00:00:01.001Z', offset: '1' },
        ...{ retry_at: '1970-01-01T00:00:09.000Z', error: { name: 'TypeError', message: 'decide' } },
      },
    ]);
    const queue = await staff.get(pathOf('blocked-keys', group, 'user-1'));
    expect(queue.json).toMatchObject({
      ...{ group, key: 'user-1' },
      messages: [
        { id: idOf(1), timestamp: null, record: { headers: { ce_id: 'x' }, value: { content: 'sealed 1' } } },
        { id: idOf(2), error: null },
      ],
    });
    expect(JSON.stringify(queue.json)).not.toContain('"sealed"');
    expect((await staff.get(pathOf('blocked-keys', group, 'user-9'))).status).toBe(404);
  });

  it.each(['a/b', '../x', 'a b?c#d', '%2F', 'ключ', '\u0000', '💥', '$ne', 'a:b', '.'.repeat(3)])(
    'whose key is %j are addressed by it',
    async (odd) => {
      await block(odd);
      expect((await staff.get(pathOf('blocked-keys', group, odd))).json).toMatchObject({ key: odd });
      const retried = await staff.post(pathOf('blocked-keys', group, odd, 'retry'), { reason }, key);
      expect(retried.json).toEqual({ group, key: odd, message_id: idOf(1) });
    },
  );

  it('are tried again, once more at a repeat, and audited without what people must not write', async () => {
    await block('user-2');
    const retry = () => staff.post(pathOf('blocked-keys', group, 'user-2', 'retry'), { reason }, key);
    const [first, second] = [await retry(), await retry()];
    expect([first.status, second.json]).toEqual([200, first.json]);
    const audited = await staff.get('/admin/api/audit?about=user-2');
    expect(audited.json).toMatchObject([
      { action: 'blocked_key.retry', actor: staff.id, user_id: 'user-2', reason: 'it never works, call +…' },
    ]);
    expect((await staff.post(pathOf('blocked-keys', group, 'user-9', 'retry'), { reason }, key)).status).toBe(404);
  });

  it('lose their oldest message to the dead letters, and only that one, at a repeat too', async () => {
    await block('user-3');
    const discard = (offset: number) =>
      staff.post(pathOf('blocked-keys', group, 'user-3', 'discard'), { reason, message_id: idOf(offset) }, key);
    expect((await discard(2)).json).toMatchObject({ code: '4061' });
    const done = { message_id: idOf(1), dead_letter_id: `${placeOf(1)}:${group}` };
    expect([(await discard(1)).json, (await discard(1)).json]).toEqual([done, done]);
    expect((await staff.get(pathOf('blocked-keys', group, 'user-3'))).json).toMatchObject({
      messages: [{ id: idOf(2) }],
    });
    expect((await staff.get(pathOf('dead-letters', done.dead_letter_id))).json).toMatchObject({
      ...{ state: 'open', error_class: 'bug', error_code: 'discarded', timestamp: null },
      record: { value: { content: 'sealed 1' } },
    });
    const now = api.clock.now();
    await api.system.blockedKeys.claim(group, 'user-3', { now, until: now + 1_000 });
    expect((await discard(2)).json).toMatchObject({ code: '4062' });
    expect((await staff.get('/admin/api/audit?about=user-3')).json).toMatchObject([{ action: 'blocked_key.discard' }]);
  });
});

describe('dead letters', () => {
  const post = (offset: number, what: string) =>
    staff.post(pathOf('dead-letters', idOfSample(offset), what), { reason }, key);
  beforeEach(async () => {
    for (const offset of [11, 12, 13]) await api.system.deadLetters.keep(sampleDeadLetter(offset));
  });

  it('are listed page by page, by state, topic and error code, and opened', async () => {
    const page = '/admin/api/dead-letters?state=open&topic=billing.commands.v1&error_code=invalid_value&limit=2';
    const first = await staff.get(page);
    expect(first.json).toMatchObject({ dead_letters: [{ offset: '13' }, { offset: '12' }] });
    const second = await staff.get(`${page}&cursor=${encodeURIComponent((first.json as { next: string }).next)}`);
    expect(second.json).toMatchObject({ dead_letters: [{ offset: '11', closed_at: null }], next: null });
    expect((await staff.get('/admin/api/dead-letters?cursor=x')).status).toBe(422);
    expect((await staff.get('/admin/api/dead-letters?state=other')).status).toBe(422);
    const opened = await staff.get(pathOf('dead-letters', idOfSample(11)));
    expect(opened.json).toMatchObject({ offset: '11', record: { value: { format: 'text', content: 'sealed 11' } } });
    expect(opened.json).not.toHaveProperty('sealed');
    expect((await staff.get(pathOf('dead-letters', 'a/b'))).status).toBe(404);
  });

  it('are replayed once, and a repeat answers as the first', async () => {
    const [first, second] = [await post(11, 'replay'), await post(11, 'replay')];
    expect(first.json).toMatchObject({ state: 'replayed', closed_at: expect.any(String) });
    expect(second.json).toMatchObject({ state: 'replayed' });
    expect(api.records.replayed.map(({ id }) => id)).toEqual([idOfSample(11)]);
    expect((await post(11, 'discard')).json).toMatchObject({ code: '4060', detail: 'it was replayed' });
    expect((await staff.get(`/admin/api/audit?about=${idOfSample(11)}`)).json).toMatchObject([
      { action: 'dead_letter.replay', subject: { kind: 'dead_letter' }, user_id: 'user' },
    ]);
  });

  it('are discarded, and a repeat answers as the first', async () => {
    const [first, second] = [await post(12, 'discard'), await post(12, 'discard')];
    expect(first.json).toMatchObject({ state: 'discarded' });
    expect([first.status, second.json]).toEqual([200, first.json]);
    expect((await post(12, 'replay')).json).toMatchObject({ code: '4060', detail: 'it was discarded' });
    expect((await post(99, 'discard')).status).toBe(404);
  });

  it('of a topic that others read are not replayed', async () => {
    await api.system.deadLetters.keep(sampleDeadLetter(14, { topic: 'billing.entitlements.v1' }));
    const path = pathOf('dead-letters', 'billing.entitlements.v1:4:14:billing-commands', 'replay');
    expect((await staff.post(path, { reason }, key)).json).toMatchObject({ code: '4063' });
  });
});

it.each([
  ['blocked-keys/billing-commands/user/retry', {}],
  ['blocked-keys/billing-commands/user/discard', { message_id: 'm' }],
  ['dead-letters/x/replay', {}],
  ['dead-letters/x/discard', {}],
])('%s is refused without a key or a reason', async (path, body) => {
  const ask = (more: object, headers = {}) => staff.post(`/admin/api/${path}`, { ...body, ...more }, headers);
  expect((await ask({ reason })).status).toBe(422);
  for (const blank of [{}, { reason: '' }, { reason: ' ' }, { reason: 'x'.repeat(501) }])
    expect((await ask(blank, key)).status).toBe(422);
  expect((await ask({ reason }, key)).status).toBe(404);
});
