import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { minuteMs } from '../../src/domain/model/instant.ts';
import { topicNames } from '../../src/messages/topics.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { type Api, startApi } from './support/api.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const hints = () => api.published.filter(({ topic }) => topic === topicNames.hints);

/** Bought and paid at the page, without a notification. */
async function paidInSilence() {
  const user = await api.newUser();
  await user.buy();
  const page = (await api.system.state(user.id)).payment?.providerPaymentId ?? '';
  api.system.provider.finish(page, 'succeeded');
  return { ...user, page };
}

describe('a subscriber who comes back from the payment page', () => {
  it.each(['entitlements', 'subscriptions'])('starts a status check by asking for their %s', async (asked) => {
    const user = await paidInSilence();
    const path = asked === 'entitlements' ? `/api/v1/entitlements/${user.id}` : '/api/v1/subscriptions/profile';
    await user.get(path);
    expect(hints().map(({ key }) => key)).toEqual([user.page]);
    const ask = () => user.get(`/api/v1/entitlements/${user.id}`);
    await eventually(ask, ({ json }) => (json as { active: boolean }).active);
  });

  it('starts a status check by asking for the status of their command', async () => {
    const user = await api.newUser();
    const { command } = (await user.buy()).json as { command: { status_url: string } };
    const ask = () => user.get(command.status_url);
    api.system.provider.finish((await api.system.state(user.id)).payment?.providerPaymentId ?? '', 'succeeded');
    expect((await ask()).json).toMatchObject({ status: 'requires_action' });
    expect(hints()).toHaveLength(1);
    await eventually(ask, ({ json }) => (json as { status: string }).status === 'completed');
  });

  it('starts a status check of an old page, not of a young one, by sending the command again', async () => {
    const user = await api.newUser();
    const key = { 'Idempotency-Key': 'form' };
    await user.buy({}, key);
    await user.buy({}, key);
    expect(hints()).toEqual([]);
    api.system.provider.finish(
      (await api.system.state(user.id)).payment?.providerPaymentId ?? '',
      'expired_on_confirmation',
    );
    api.system.clock.advance(62 * minuteMs);
    expect((await user.buy({}, key)).status).toBe(200);
    await eventually(
      () => user.buy({}, key),
      ({ status }) => status === 409,
    );
  });

  it('starts one status check in three seconds, however often they ask, and services start none', async () => {
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

  it('without an open page starts no status check', async () => {
    const user = await api.newUser();
    await user.get(`/api/v1/entitlements/${user.id}`);
    await user.buy();
    await api.system.payPage(user.id);
    await user.get('/api/v1/subscriptions/profile');
    expect(hints()).toEqual([]);
  });
});
