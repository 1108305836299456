import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { topicNames } from '../../src/messages/topics.ts';
import { eventually } from '../support/system-client.ts';
import { startApi } from './support/api.ts';
import type { Api } from './support/api.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const hints = () => api.published.filter(({ topic }) => topic === topicNames.hints);

/** Bought, paid at the page, and nobody told us. */
async function paidInSilence() {
  const user = await api.newUser();
  await user.buy();
  const page = (await api.house.state(user.id)).payment?.providerPaymentId ?? '';
  api.house.provider.finish(page, 'succeeded');
  return { ...user, page };
}

describe('a subscriber who comes back from the payment page', () => {
  it.each(['entitlements', 'subscriptions'])('has it looked at by asking for his %s', async (asked) => {
    const user = await paidInSilence();
    const path = asked === 'entitlements' ? `/api/v1/entitlements/${user.id}` : '/api/v1/subscriptions/profile';
    await user.get(path);
    expect(hints().map(({ key }) => key)).toEqual([user.page]);
    const ask = () => user.get(`/api/v1/entitlements/${user.id}`);
    await eventually(ask, ({ json }) => (json as { active: boolean }).active);
  });

  it('does so once in three seconds, however often he asks, and services never do', async () => {
    const user = await api.newUser();
    await user.buy();
    const service = await api.newUser({ roles: ['service'] });
    await service.get(`/api/v1/entitlements/${user.id}`);
    expect(hints()).toEqual([]);
    for (let times = 0; times < 5; times += 1) await user.get(`/api/v1/entitlements/${user.id}`);
    expect(hints()).toHaveLength(1);
  });

  it('is answered although the hint cannot be published', async () => {
    const user = await paidInSilence();
    api.setBroker('taken_back');
    expect((await user.get(`/api/v1/entitlements/${user.id}`)).status).toBe(200);
    expect(api.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('who has no page open asks nobody', async () => {
    const user = await api.newUser();
    await user.get(`/api/v1/entitlements/${user.id}`);
    await user.buy();
    await api.house.payPage(user.id);
    await user.get('/api/v1/subscriptions/profile');
    expect(hints()).toEqual([]);
  });
});
