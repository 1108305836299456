import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/application/ports/audit.ts';
import { type Api, startApi } from './support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const entry = (id: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ id, at: Date.parse('2026-11-24T09:00:00.000Z'), actor: 'anna', action: 'dead_letter.replay', userId: null },
  ...{ subject: { kind: 'dead_letter', id: 'letter-1' }, before: null, after: { replayed: true } },
  ...{ reason: 'the bug is mended', requestId: 'request-1' },
  ...changes,
});

it('staff read what was done about a thing or a user, page by page', async () => {
  const staff = await api.newUser({ isSuperuser: true });
  await api.audit.append([entry('a'), entry('b', { at: 0, userId: staff.id })]);
  const found = await staff.get('/admin/api/audit?about=letter-1&limit=1');
  expect(found.json).toEqual([
    {
      ...{ id: 'a', at: '2026-11-24T09:00:00.000Z', actor: 'anna', action: 'dead_letter.replay', user_id: null },
      ...{ subject: { kind: 'dead_letter', id: 'letter-1' }, before: null, after: { replayed: true } },
      ...{ reason: 'the bug is mended', comment: null, request_id: 'request-1' },
    },
  ]);
  expect((await staff.get('/admin/api/audit?about=letter-1&limit=1&page=2')).json).toMatchObject([{ id: 'b' }]);
  expect((await staff.get(`/admin/api/audit?about=${staff.id}`)).json).toMatchObject([{ id: 'b' }]);
  expect((await staff.get('/admin/api/audit')).status).toBe(422);
});

it('staff read what a subscriber said as they canceled; clients of the v1 API say it in the reason', async () => {
  const staff = await api.newUser({ isSuperuser: true });
  const said = async (body: object): Promise<unknown> => {
    const user = await api.newUser();
    await user.buy();
    await api.system.payPage(user.id);
    expect((await user.post('/api/v1/subscriptions/cancel', body)).status).toBe(200);
    return (await staff.get(`/admin/api/audit?about=${user.id}`)).json;
  };
  expect(await said({ reason: 'not_using', comment: 'мало фильмов' })).toMatchObject([
    { action: 'subscription.cancel', reason: 'not_using', comment: 'мало фильмов' },
  ]);
  expect(await said({ reason: 'too few films' })).toMatchObject([{ reason: 'other', comment: 'too few films' }]);
  expect(await said({ reason: 'too few films', comment: ' ' })).toMatchObject([{ comment: 'too few films' }]);
  expect(await said({ reason: 'not_using', comment: '' })).toEqual([]);
  expect(await said({ reason: 'temporary' })).toEqual([]);
  expect(JSON.stringify(api.published)).not.toMatch(/too few films|мало фильмов/);
});
