import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import { createBillingClient } from '../../tools/tour/billing-client.ts';
import { followEvents } from '../../tools/tour/event-stream.ts';
import { tellStory } from '../../tools/tour/story.ts';
import { apiUrl, sandboxUrl, userOf } from '../support/system-client.ts';

describe('test clocks', () => {
  test('the whole story happens: buy, renew, decline, recover, cancel, expire', async () => {
    const userId = randomUUID();
    const [userToken, staffToken] = await Promise.all([
      createDevelopmentToken({ userId }),
      createDevelopmentToken({ userId, superuser: true }),
    ]);
    const client = createBillingClient({ api: apiUrl, sandbox: sandboxUrl, userId, userToken, staffToken });
    const events = await followEvents(apiUrl, userId);
    const told: string[] = [];
    try {
      await tellStory({ client, events, tell: (line) => told.push(line) });
    } finally {
      events.close();
    }
    const charges = (await client.providerCalls()).map((payment) => payment['status']);
    expect(charges).toEqual(['succeeded', 'succeeded', 'canceled', 'succeeded']);
  }, 180_000);

  test('a subscriber is bound to the clock of the first purchase; another clock is 409', async () => {
    const user = await userOf(randomUUID());
    const staff = await userOf(randomUUID(), { superuser: true });
    const clock = async () =>
      String(
        (await staff.api('/api/v1/test-clocks', { body: { name: 'c', now: '2030-01-01T00:00:00.000Z' } })).json['id'],
      );
    expect((await user.buy('month', { headers: { 'X-Test-Clock': await clock() } })).status).toBe(200);
    const other = await user.buy('month', { headers: { 'X-Test-Clock': await clock() } });
    expect([other.status, other.json['code']]).toEqual([409, '4008']);
  }, 60_000);

  test('a clock never goes back', async () => {
    const staff = await userOf(randomUUID(), { superuser: true });
    const { json } = await staff.api('/api/v1/test-clocks', { body: { name: 'c', now: '2030-01-01T00:00:00.000Z' } });
    const back = await staff.api(`/api/v1/test-clocks/${String(json['id'])}/advance`, {
      body: { to: '2029-12-31T00:00:00.000Z' },
    });
    expect(back.status).toBe(422);
  }, 30_000);
});
