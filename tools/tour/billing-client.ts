type Json = Readonly<Record<string, unknown>>;

/** The running system as the storyteller uses it: the public API, and the sandbox for what a buyer and his bank do. */
export type BillingClient = {
  readonly buy: (tariffId: string, clockId: string) => Promise<{ readonly redirectUrl: string }>;
  readonly cancel: () => Promise<void>;
  readonly tariffs: () => Promise<readonly Json[]>;
  readonly profile: () => Promise<Json | null>;
  readonly entitlement: () => Promise<Json>;
  readonly createClock: (name: string, now: string) => Promise<string>;
  readonly advanceClock: (id: string, to: string) => Promise<void>;
  /** What the form on the payment page does. */
  readonly payOnPage: (card: string) => Promise<void>;
  /** How the bank answers the next charge of the saved card. */
  readonly nextCharge: (result: string) => Promise<void>;
  /** Every call that the provider saw for this user, oldest first. */
  readonly providerCalls: () => Promise<readonly Json[]>;
};

type Options = {
  readonly api: string;
  readonly sandbox: string;
  readonly userId: string;
  readonly userToken: string;
  readonly staffToken: string;
};

/** Advancing a month is promised within ten seconds; past this the clock stands still. */
const clockPatienceMs = 60_000;
const clockLookMs = 100;

async function call(
  url: string,
  options: {
    readonly method?: string;
    readonly token?: string;
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<{ readonly status: number; readonly json: unknown }> {
  const { method = options.body === undefined ? 'GET' : 'POST', token, body, headers = {} } = options;
  const answer = await fetch(url, {
    method,
    headers: {
      Accept: 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? null : (JSON.parse(text) as unknown) };
}

async function expectOk(
  what: string,
  answer: Promise<{ readonly status: number; readonly json: unknown }>,
): Promise<Json> {
  const { status, json } = await answer;
  if (status >= 300) throw new Error(`${what} answered ${status}: ${JSON.stringify(json)}`);
  return json as Json;
}

export function createBillingClient({ api, sandbox, userId, userToken, staffToken }: Options): BillingClient {
  const ours = async (): Promise<readonly Json[]> => {
    const ledger = await expectOk('the sandbox ledger', call(`${sandbox}/_sandbox/ledger`));
    const all = [...(ledger['payments'] as Json[]), ...(ledger['refunds'] as Json[])];
    return all
      .filter((object) => (object['metadata'] as Json | undefined)?.['user_id'] === userId)
      .sort((a, b) => String(a['created_at']).localeCompare(String(b['created_at'])));
  };
  const latestPayment = async (): Promise<Json> => {
    const found = (await ours()).at(-1);
    if (found === undefined) throw new Error('the provider has seen no payment of this user');
    return found;
  };
  return {
    buy: async (tariffId, clockId) => {
      const request = {
        token: userToken,
        body: { tariff_id: tariffId, renew: true },
        headers: { 'X-Test-Clock': clockId },
      };
      const answer = await expectOk('buy', call(`${api}/api/v1/subscriptions/yookassa/buy`, request));
      return { redirectUrl: String(answer['redirect_url']) };
    },
    cancel: async () => {
      await expectOk('cancel', call(`${api}/api/v1/subscriptions/cancel`, { method: 'POST', token: userToken }));
    },
    tariffs: async () => (await expectOk('tariffs', call(`${api}/api/v1/tariffs`))) as unknown as readonly Json[],
    profile: async () => {
      const { status, json } = await call(`${api}/api/v1/subscriptions/profile`, { token: userToken });
      return status === 404 ? null : (json as Json);
    },
    entitlement: () => expectOk('entitlement', call(`${api}/api/v1/entitlements/${userId}`, { token: userToken })),
    createClock: async (name, now) => {
      const clock = await expectOk(
        'test clock',
        call(`${api}/api/v1/test-clocks`, { token: staffToken, body: { name, now } }),
      );
      return String(clock['id']);
    },
    advanceClock: async (id, to) => {
      const url = `${api}/api/v1/test-clocks/${id}`;
      await expectOk('advance', call(`${url}/advance`, { token: staffToken, body: { to } }));
      const deadline = performance.now() + clockPatienceMs;
      while (performance.now() < deadline) {
        if ((await expectOk('test clock', call(url, { token: staffToken })))['status'] === 'ready') return;
        await new Promise((resolve) => setTimeout(resolve, clockLookMs));
      }
      throw new Error(`the test clock did not get to ${to} within ${clockPatienceMs / 1000} s`);
    },
    payOnPage: async (card) => {
      const payment = await latestPayment();
      await expectOk(
        'the payment page',
        call(`${sandbox}/_sandbox/payments/${String(payment['id'])}/pay`, { body: { card } }),
      );
    },
    nextCharge: async (result) => {
      const first = (await ours())[0];
      const method = (first?.['payment_method'] as Json | undefined)?.['id'];
      await expectOk(
        'the bank',
        call(`${sandbox}/_sandbox/payment-methods/${String(method)}`, { body: { next: result } }),
      );
    },
    providerCalls: ours,
  };
}
