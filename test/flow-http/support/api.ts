import { randomUUID } from 'node:crypto';
import { type Answer, type Asked as Request, call } from '../../../tools/client/call.ts';
import { createHttpApp } from '../../../src/adapters/http/server/create-http-app.ts';
import type { HttpOptions, HttpServices, TokenTrust } from '../../../src/adapters/http/contract/http-services.ts';
import { signToken } from '../../../src/adapters/http/auth/sign-token.ts';
import { startHttpServer } from '../../../src/adapters/http/server/start-http-server.ts';
import { createMemoryAudit } from '../../fakes/audit.ts';
import { createMemorySealedRecords } from '../../fakes/sealed-records.ts';
import { createMemoryCatalogue } from '../../fakes/catalogue.ts';
import { createMemoryHistory } from '../../fakes/history.ts';
import { createMemorySubscriptionHistory } from '../../fakes/subscription-history.ts';
import { createMemoryWorkList } from '../../fakes/work-list.ts';
import { createMemoryTestClocks } from '../../fakes/test-clocks.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { boundAcceptance } from '../../../src/application/handlers/bound-acceptance.ts';
import { handleCommand } from '../../../src/application/handlers/handle-command.ts';
import { handleHint } from '../../../src/application/handlers/handle-hint.ts';
import { keepNoticeReport } from '../../../src/application/handlers/keep-notice-report.ts';
import type { Catalogue } from '../../../src/application/ports/catalogue.ts';
import type { Shop } from '../../../src/application/ports/shop.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { createContextTracer, passOn } from '../../../src/adapters/tracing/context-tracer.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { dayMs } from '../../../src/domain/model/instant.ts';
import type { Policy } from '../../../src/domain/model/policy.ts';
import { createTestSystem, home, tariffs } from '../../support/test-system.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { readMessage } from '../../support/read-message.ts';
import { breachOf } from './contract.ts';

export const jwtSecret = 'a secret for tests, long enough to be one';
const tokenTrust: TokenTrust = {
  keys: { kind: 'shared', secrets: [jwtSecret] },
  issuer: null,
  audience: null,
  type: null,
  lifeMaxMs: dayMs,
};
export const notificationSecret = 'notify-secret-0123456789';
export const tariffIds = {
  month: '4b0bb2a5-3c36-4b7a-9d0e-1f4f6a7c8d01',
  day: '4b0bb2a5-3c36-4b7a-9d0e-1f4f6a7c8d02',
};

/** A consumer keeps a hint that it cannot handle yet; its publisher does not learn of that. */
function waits(cause: unknown): void {
  if (!(cause instanceof Fault) || !cause.retryable) throw cause;
}

/** The fate of a published command: handled at once, kept, or refused by Kafka. */
export type Broker = 'carry out' | 'keep' | 'taken_back' | 'unacknowledged';

const sold = createMemoryCatalogue(
  [
    { ...tariffs.month, id: tariffIds.month },
    { ...tariffs.day, id: tariffIds.day },
  ],
  [
    {
      id: '0d8f4a67-5f6a-4f43-9a61-0f5f0b8a1c11',
      name: 'ЮКасса',
      alias: 'yookassa',
      currencyCode: 'RUB',
      data: {},
    },
  ],
);

const defaults: HttpOptions = {
  tokenTrust,
  commandTokenSecrets: ['another secret'],
  notificationSecrets: [notificationSecret],
  notificationAddresses: ['127.0.0.1', '185.71.76.0/27', '2a02:5180::/32'],
  trustedHops: 0,
  returnUrl: 'http://127.0.0.1:8001/return',
  returnUrlOrigins: ['https://cinema.example'],
  corsOrigins: ['https://cinema.example'],
  rateLimits: {
    perAddress: { perSecond: 1_000, burst: 5_000 },
    perUser: { perSecond: 1_000, burst: 5_000 },
    perService: { perSecond: 1_000, burst: 5_000 },
  },
  publishDeadlineMs: 1_000,
};

export type Asked = Pick<Request, 'headers' | 'body'> & { readonly token?: string | null };
export type Answered = Omit<Answer, 'json'> & { readonly json: unknown };

type Api = Awaited<ReturnType<typeof startApi>>;
export type { Api };

/** The HTTP API on the fakes: real requests on a free port, every answer checked against openapi.yaml. */
export async function startApi(
  change: {
    readonly options?: Partial<HttpOptions>;
    readonly services?: Partial<HttpServices>;
    readonly settings?: Partial<Policy>;
    /** What is sold, to the API and to the consumer. */
    readonly catalogue?: Catalogue;
  } = {},
) {
  const { catalogue = sold } = change;
  const system = createTestSystem({ ...home, settings: change.settings ?? {} });
  const log = createLogRecorder();
  const clocks = createMemoryTestClocks();
  const audit = createMemoryAudit({ rows: system.readModelRows });
  const records = createMemorySealedRecords({ 'billing.entitlements.v1': 'foreign_topic' });
  const mirrored = new Map<string, number>();
  const mirror = {
    set: (id: string, now: number) => {
      mirrored.set(id, now);
      return Promise.resolve();
    },
  };
  // Requests wait in real time; the subscribers use the time of the test system.
  const clock = { ...systemClock, now: () => system.clock.now() };
  const core = { ...system.services, catalogue, testClocks: { clocks, mirror } };
  const published: OutMessage[] = [];
  let broker: Broker = 'carry out';
  let shop: Shop | null = null;
  const stopping = new AbortController();

  const carryOut = async (message: OutMessage): Promise<void> => {
    const carried = readMessage(message);
    const trace = { correlationId: message.headers['ce_correlationid'] ?? '', causationId: null };
    if (carried.kind === 'command') {
      const delivery = { headers: message.headers, key: message.key, recordedAt: system.clock.now() };
      await handleCommand(core, await boundAcceptance(core, carried.command, delivery), trace);
    }
    if (carried.kind === 'hint') await handleHint(core, carried.hint, { trace, hintedAt: clock.now() }).catch(waits);
    if (carried.kind === 'report') await keepNoticeReport(core, carried.report, trace);
    await core.relay.idle();
  };

  const services: HttpServices = {
    clock,
    log,
    policy: core.policy,
    ids: core.ids,
    epoch: core.epoch,
    cipher: core.cipher,
    catalogue,
    shop: () => shop,
    store: core.store,
    past: core.past,
    history: createMemoryHistory({ rows: system.readModelRows, reports: system.noticeReports }),
    subscriptionHistory: createMemorySubscriptionHistory({ rows: system.readModelRows }),
    audit,
    workList: createMemoryWorkList({ rows: system.readModelRows }),
    blockedKeys: system.blockedKeys,
    deadLetters: system.deadLetters,
    records,
    messageFactory: core.messageFactory,
    publisher: {
      publish: async (messages) => {
        if (broker === 'taken_back' || broker === 'unacknowledged') {
          throw new Fault(broker, 'the broker is unavailable', { retryable: true });
        }
        published.push(...messages);
        if (broker === 'carry out') for (const message of messages) await carryOut(message);
      },
    },
    testClocks: { clocks, mirror },
    development: null,
    observe: () => undefined,
    tracer: createContextTracer(passOn),
    stopping: stopping.signal,
    ...change.services,
  };
  const server = await startHttpServer({
    app: createHttpApp(services, { ...defaults, ...change.options }),
    host: '127.0.0.1',
    port: 0,
  });
  const base = `http://127.0.0.1:${server.port}`;

  const tokenOf = (userId: string, more: { isSuperuser?: boolean; roles?: readonly string[] } = {}): Promise<string> =>
    signToken(tokenTrust, { userId, isSuperuser: false, roles: [], now: clock.now(), lifeMs: dayMs, ...more });

  const expiredTokenOf = (userId: string): Promise<string> =>
    signToken(tokenTrust, { userId, isSuperuser: false, roles: [], now: clock.now() - 2 * dayMs, lifeMs: dayMs });

  /** One request; throws when the answer breaks the contract or lacks what every answer has. */
  const ask = async (method: string, path: string, { token, headers, body }: Asked = {}): Promise<Answered> => {
    const authorization = token == null ? {} : { Authorization: token };
    const answered = await call(base + path, { method, headers: { ...authorization, ...headers }, body });
    const unwritten = method === 'HEAD' || answered.status === 204;
    const breach = unwritten ? null : breachOf(method, path, answered);
    if (breach !== null) throw new Error(breach);
    if (answered.headers.get('x-request-id') === null) throw new Error('no X-Request-Id');
    return answered;
  };

  /** A new subscriber with a token, and the common requests. */
  const newUser = async (more: { isSuperuser?: boolean; roles?: readonly string[] } = {}) => {
    const id = randomUUID();
    const token = await tokenOf(id, more);
    return {
      id,
      token,
      get: (path: string, headers = {}) => ask('GET', path, { token, headers }),
      post: (path: string, body?: unknown, headers = {}) => ask('POST', path, { token, body, headers }),
      buy: (body: Record<string, unknown> = {}, headers = {}) =>
        ask('POST', '/api/v1/subscriptions/yookassa/buy', {
          token,
          body: { tariff_id: tariffIds.month, renew: true, ...body },
          headers: { Accept: 'application/json', ...headers },
        }),
    };
  };

  return {
    base,
    system,
    log,
    clock,
    audit,
    records,
    clocks,
    mirrored,
    published,
    ask,
    newUser,
    tokenOf,
    expiredTokenOf,
    stopping,
    setBroker: (next: Broker) => {
      broker = next;
    },
    setShop: (next: Shop | null) => {
      shop = next;
    },
    carryOut,
    close: () => server.close(),
  };
}
