import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { minuteMs } from '../../src/domain/model/instant.ts';
import { type Api, startApi } from './support/api.ts';
import { codeOf } from './support/asking.ts';

let api: Api;
let token: string;
beforeAll(async () => {
  api = await startApi();
  token = await api.tokenOf('5c9ed0c4-6e0b-4b7e-a1c3-0f7d6f0c2b12', { roles: ['service'] });
});
afterAll(() => api.close());

const userId = '9F0C1D52-7A3B-4C57-8A2E-0D3A5B6C7D8E';
const path = '/api/v1/notices/notice-1/delivered';
const at = (minutes: number): string => new Date(api.clock.now() + minutes * minuteMs).toISOString();
const body = (more = {}) => ({ user_id: userId, delivered_at: at(0), channel: 'email', ...more });
const report = (given: unknown, as: string | null = token) => api.ask('POST', path, { body: given, token: as });

describe('a report of a delivered notice', () => {
  test('is answered once Kafka has it; another spelling of the user is the same user', async () => {
    const published = api.published.length;
    const answered = await report(body());
    expect([answered.status, answered.json]).toEqual([202, { taken: true }]);
    expect(api.published.slice(published)).toMatchObject([
      {
        topic: 'billing.hints.v1',
        key: 'notice-1',
        value: { objectId: 'notice-1', userId: userId.toLowerCase(), deliveredAt: at(0), channel: 'email' },
      },
    ]);
    for (const broker of ['taken_back', 'unacknowledged'] as const) {
      api.setBroker(broker);
      expect((await report(body())).status).toBe(503);
    }
    api.setBroker('carry out');
  });

  test('is taken from services and superusers only', async () => {
    const user = await api.newUser();
    const refused = await report(body(), user.token);
    expect([refused.status, codeOf(refused)]).toEqual([403, '3000']);
    expect((await report(body(), null)).status).toBe(403);
    const staff = await api.newUser({ isSuperuser: true });
    expect((await report(body(), staff.token)).status).toBe(202);
  });

  test('that is malformed, or of the future, is refused', async () => {
    const published = api.published.length;
    const wrong = [
      { user_id: 'me' },
      { delivered_at: '2026-02-31T00:00:00Z' },
      { channel: 'pigeon' },
      { text: 'Hello' },
    ];
    for (const more of [...wrong, { delivered_at: at(6) }]) {
      const refused = await report(body(more));
      expect([refused.status, codeOf(refused)]).toEqual([422, '4000']);
    }
    expect(api.published).toHaveLength(published);
    expect((await report(body({ delivered_at: at(5) }))).status).toBe(202);
  });
});
