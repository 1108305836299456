import { createDevelopmentToken } from '../../src/composition/development-token.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers freely; what is not there fails them
  readonly json: any;
};

export const apiUrl = process.env['TEST_API_URL'] ?? '';
export const sandboxUrl = process.env['TEST_SANDBOX_URL'] ?? '';

export async function call(
  url: string,
  options: { readonly method?: string; readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { body, headers = {}, method = body === undefined ? 'GET' : 'POST' } = options;
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    json: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : text,
  };
}

/** The system as one user meets it. */
export async function userOf(
  userId: string,
  options: { readonly superuser?: boolean; readonly roles?: readonly string[] } = {},
) {
  const token = await createDevelopmentToken({ userId, ...options });
  const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
  const api = (path: string, more: Parameters<typeof call>[1] = {}) =>
    call(`${apiUrl}${path}`, { ...more, headers: { ...headers, ...more.headers } });
  const tariffId = async (unit: string): Promise<string> => {
    const { json } = await call(`${apiUrl}/api/v1/tariffs`);
    return String(json.find((tariff: { period_unit: string }) => tariff.period_unit === unit).id);
  };
  return {
    api,
    tariffId,
    buy: async (unit: string, more: { readonly renew?: boolean; readonly headers?: Record<string, string> } = {}) =>
      api('/api/v1/subscriptions/yookassa/buy', {
        body: { tariff_id: await tariffId(unit), renew: more.renew ?? true },
        headers: more.headers ?? {},
      }),
    cancel: (body?: unknown) =>
      api('/api/v1/subscriptions/cancel', { method: 'POST', ...(body === undefined ? {} : { body }) }),
    profile: () => api('/api/v1/subscriptions/profile'),
    entitlement: () => api(`/api/v1/entitlements/${userId}`),
  };
}

/** What the provider holds for the user, newest last. */
export async function ledgerOf(userId: string) {
  const { json } = await call(`${sandboxUrl}/_sandbox/ledger`);
  const mine = (object: { metadata?: { user_id?: string } }) => object.metadata?.user_id === userId;
  return { payments: json.payments.filter(mine), refunds: json.refunds.filter(mine) };
}

/** Pays the newest page of the user by card, as its form does. */
export async function payPage(userId: string, card = '5555555555554444'): Promise<Answer> {
  const { payments } = await ledgerOf(userId);
  const pending = payments.filter((payment: { status: string }) => payment.status === 'pending').at(-1);
  return call(`${sandboxUrl}/_sandbox/payments/${pending.id}/pay`, { body: { card } });
}

/** Asks until the answer is as wanted; fails with the last answer. */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  patienceMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`still not so: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
