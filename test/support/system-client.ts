import { createDevelopmentToken } from '../../src/composition/development-token.ts';

/** An answer's JSON, read loosely: what is not there fails the test that looks for it. */
export type Loose = Readonly<Record<string, unknown>>;

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Loose;
  readonly text: string;
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
  const isJson = text.startsWith('{') || text.startsWith('[');
  return { status: answer.status, headers: answer.headers, text, json: isJson ? (JSON.parse(text) as Loose) : {} };
}

const listOf = (value: unknown): readonly Loose[] => value as readonly Loose[];

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
    return String(listOf(json).find((tariff) => tariff['period_unit'] === unit)?.['id']);
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

export type ProviderLedger = { readonly payments: readonly Loose[]; readonly refunds: readonly Loose[] };

/** What the provider holds for the user, oldest first. */
export async function ledgerOf(userId: string): Promise<ProviderLedger> {
  const { json } = await call(`${sandboxUrl}/_sandbox/ledger`);
  const mine = (object: Loose): boolean => (object['metadata'] as Loose | undefined)?.['user_id'] === userId;
  return { payments: listOf(json['payments']).filter(mine), refunds: listOf(json['refunds']).filter(mine) };
}

/** What the form on a payment page does. */
export const payById = (id: unknown, card = '5555555555554444'): Promise<Answer> =>
  call(`${sandboxUrl}/_sandbox/payments/${String(id)}/pay`, { body: { card } });

/** Pays the newest open page of the user. */
export async function payPage(userId: string, card?: string): Promise<Answer> {
  const { payments } = await ledgerOf(userId);
  return payById(payments.findLast((payment) => payment['status'] === 'pending')?.['id'], card);
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
