import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import { type Answer, type Asked, call, type Json, jsonOf } from './call.ts';
import { eventually } from './eventually.ts';

export type Who = {
  readonly userId: string;
  readonly superuser?: boolean;
  readonly roles?: readonly string[];
};

/** To advance a clock by a month is promised within ten seconds; past this the clock hangs. */
const clockWait = { patienceMs: 60_000, everyMs: 100 };

/** Our API as one user uses it: a subscriber, a service or staff. */
export async function openBillingClient(api: string, who: Who, environment?: NodeJS.ProcessEnv) {
  const signed = {
    Accept: 'application/json',
    Authorization: `Bearer ${await createDevelopmentToken(who, environment)}`,
  };
  const ask = (path: string, asked: Asked = {}): Promise<Answer> =>
    call(`${api}${path}`, { ...asked, headers: { ...signed, ...asked.headers } });
  const tariffId = async (unit: string): Promise<string> => {
    const tariffs = (await jsonOf('tariffs', ask('/api/v1/tariffs'))) as unknown as readonly Json[];
    return String(tariffs.find((tariff) => tariff['period_unit'] === unit)?.['id']);
  };
  return {
    signed,
    ask,
    tariffId,
    /** Buys the tariff whose period is one such unit. */
    buy: async (unit: string, { renew = true, headers = {} }: { renew?: boolean } & Pick<Asked, 'headers'> = {}) =>
      ask('/api/v1/subscriptions/yookassa/buy', { body: { tariff_id: await tariffId(unit), renew }, headers }),
    cancel: (body?: Json) => ask('/api/v1/subscriptions/cancel', { method: 'POST', body }),
    profile: () => ask('/api/v1/subscriptions/profile'),
    entitlement: (userId = who.userId) => ask(`/api/v1/entitlements/${userId}`),
    createClock: async (name: string, now: string): Promise<string> =>
      String((await jsonOf('test clock', ask('/api/v1/test-clocks', { body: { name, now } })))['id']),
    advanceClock: async (id: string, to: string): Promise<void> => {
      const path = `/api/v1/test-clocks/${id}`;
      await jsonOf('advance', ask(`${path}/advance`, { body: { to } }));
      await eventually(
        () => jsonOf('test clock', ask(path)),
        (clock) => clock['status'] === 'ready',
        clockWait,
      );
    },
  };
}

export type BillingClient = Awaited<ReturnType<typeof openBillingClient>>;
