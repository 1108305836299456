import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { followEvents } from '../../tools/client/event-stream.ts';
import { stories, tellStory } from '../../tools/tour/stories.ts';
import { apiUrl, sandbox, userOf } from '../support/system-client.ts';

describe('test clocks', () => {
  test.each(stories)(
    'every step of the tour happens: $title',
    async (story) => {
      const userId = randomUUID();
      const [client, staff] = await Promise.all([userOf(userId), userOf(userId, { superuser: true })]);
      const events = await followEvents(apiUrl, userId);
      const printed: string[] = [];
      try {
        await tellStory(story, {
          ...{ userId, client, staff, provider: sandbox, events },
          print: (line) => printed.push(line),
        });
      } finally {
        events.close();
      }
      const seen = (await sandbox.operationsOf(userId)).map((operation) => operation['status']);
      expect(seen).toEqual(story.operations);
    },
    180_000,
  );

  test('a subscriber is bound to the clock of the first purchase; another clock is 409', async () => {
    const user = await userOf(randomUUID());
    const staff = await userOf(randomUUID(), { superuser: true });
    const clock = () => staff.createClock('c', '2030-01-01T00:00:00.000Z');
    expect((await user.buy('month', { headers: { 'X-Test-Clock': await clock() } })).status).toBe(200);
    const other = await user.buy('month', { headers: { 'X-Test-Clock': await clock() } });
    expect([other.status, other.json['code']]).toEqual([409, '4008']);
  }, 60_000);

  test('a clock never goes back', async () => {
    const staff = await userOf(randomUUID(), { superuser: true });
    const id = await staff.createClock('c', '2030-01-01T00:00:00.000Z');
    const back = await staff.ask(`/api/v1/test-clocks/${id}/advance`, { body: { to: '2029-12-31T00:00:00.000Z' } });
    expect(back.status).toBe(422);
  }, 30_000);
});
