import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { Api } from './api.ts';

/** A new user whose page is paid after their cancel, so that the money has gone back. */
export async function newUserWhoPaysAfterCancel(api: Api): ReturnType<Api['newUser']> {
  const user = await api.newUser();
  await user.buy();
  const page = (await api.system.state(user.id)).payment?.providerPaymentId ?? '';
  await user.post('/api/v1/subscriptions/cancel');
  api.system.provider.finish(page, 'succeeded');
  await api.system.hint('payment', page);
  await api.system.pass(60 * minuteMs);
  return user;
}
