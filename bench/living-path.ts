import { randomUUID } from 'node:crypto';
import { type BillingClient, openBillingClient } from '../tools/client/billing-client.ts';
import { call, type Json, jsonOf } from '../tools/client/call.ts';
import { eventually } from '../tools/client/eventually.ts';
import { createSandboxClient, type SandboxClient } from '../tools/client/sandbox-client.ts';
import { type Call, load } from './support/load.ts';
import { quantile, reportFigure } from './support/report.ts';
import { inLanes } from './support/seed-subscribers.ts';
import { benchOnOwnSystem, type BenchSystem, usageOf } from './support/system.ts';
import { watchFacts } from './support/watch-facts.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- living-path [--purchases 100]: what a subscriber waits for, on all our processes and the sandbox: the
// payment page beside the bare provider call, access after paying, and a fact on its way to a reader.

const { values } = readCommandLine(benchmarks['living-path']);
const purchases = Number(values.purchases);
const connections = 64;
const accessWait = { patienceMs: 90_000, everyMs: 5 };

type Asker = 'staff' | 'payer';
type Clients = {
  readonly buy: (userId: string) => Promise<Call>;
  readonly bare: () => Call;
  readonly provider: SandboxClient;
  /** The payer's own requests start status checks of their page; those of staff only read. */
  readonly untilActive: (userId: string, asker: Asker) => Promise<void>;
};

await benchOnOwnSystem('living-path', async (bench) => {
  for (const name of ['sandbox', 'consumers', 'jobs', 'api'] as const) await bench.start(name);
  const clients = await openClients(bench);
  const facts = await watchFacts(bench.brokers);
  for (let warm = 0; warm < 5; warm += 1) await buyAndPay(clients);
  facts.takeAgesMs();
  await oneAtATime(bench, clients);
  const agesMs = facts.takeAgesMs();
  const how = `${agesMs.length} facts of one purchase at a time; from the decision to a foreign consumer, save included`;
  for (const q of [0.5, 0.99]) reportFigure(`fact visible, p${q * 100}`, [quantile(agesMs, q), null], 'ms', how);
  await manyAtOnce(clients);
  await withoutNotification(clients);
  await facts.stop();
});

async function openClients({ system: { ports }, environment }: BenchSystem): Promise<Clients> {
  const [api, sandbox] = [`http://127.0.0.1:${ports.api}`, `http://127.0.0.1:${ports.sandbox}`];
  const json = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const clientOf = (userId: string, superuser = false): Promise<BillingClient> =>
    openBillingClient(api, { userId, superuser }, environment);
  const staff = await clientOf(randomUUID(), true);
  const tariffId = await staff.tariffId('month');
  const shop = `${environment['YOOKASSA_SHOP_ID'] ?? ''}:${environment['YOOKASSA_API_KEY'] ?? ''}`;
  const bareHeaders = { ...json, Authorization: `Basic ${Buffer.from(shop).toString('base64')}` };
  const order = JSON.stringify({
    amount: { value: '299.00', currency: 'RUB' },
    capture: true,
    confirmation: { type: 'redirect', return_url: 'http://127.0.0.1/' },
  });
  return {
    buy: async (userId) => ({
      ...{ method: 'POST', url: `${api}/api/v1/subscriptions/yookassa/buy` },
      headers: { ...json, ...(await clientOf(userId)).signed },
      body: JSON.stringify({ tariff_id: tariffId, renew: true }),
    }),
    bare: () => ({
      ...{ method: 'POST', url: `${sandbox}/v3/payments`, body: order },
      headers: { ...bareHeaders, 'Idempotence-Key': randomUUID() },
    }),
    provider: createSandboxClient(sandbox),
    untilActive: async (userId, asker) => {
      const client = asker === 'staff' ? staff : await clientOf(userId);
      await eventually(
        () => jsonOf('entitlement', client.entitlement(userId)),
        ({ active }) => active === true,
        accessWait,
      );
    },
  };
}

function ask({ url, ...asked }: Call): Promise<Json> {
  return jsonOf(url, call(url, asked));
}

async function timed<T>(samples: number[], work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const result = await work();
  samples.push(performance.now() - startedMs);
  return result;
}

async function buyAndPay(clients: Clients, toPage: number[] = [], toAccess: number[] = [], asker: Asker = 'staff') {
  const userId = randomUUID();
  const order = await clients.buy(userId);
  const { redirect_url: page } = await timed(toPage, () => ask(order));
  await timed(toAccess, async () => {
    await jsonOf('the payment page', clients.provider.payById(String(page).split('/').at(-1)));
    await clients.untilActive(userId, asker);
  });
}

async function oneAtATime(bench: BenchSystem, clients: Clients): Promise<void> {
  const [bare, toPage, toAccess]: [number[], number[], number[]] = [[], [], []];
  const processes = [bench.metricsOf('api'), bench.metricsOf('consumers'), bench.metricsOf('jobs')];
  const before = await usageOf(processes);
  for (let index = 0; index < purchases; index += 1) {
    await timed(bare, () => ask(clients.bare()));
    await buyAndPay(clients, toPage, toAccess);
  }
  const after = await usageOf(processes);
  const how = `${purchases} purchases, one at a time; peer: the provider alone`;
  const pair = (q: number) => [quantile(toPage, q), quantile(bare, q)] as const;
  for (const q of [0.5, 0.99]) reportFigure(`buy to payment page, p${q * 100}`, pair(q), 'ms', how);
  reportFigure('buy to payment page beyond the provider, p50', [pair(0.5)[0] - pair(0.5)[1], null], 'ms', how);
  for (const q of [0.5, 0.99]) {
    reportFigure(`paid to access by notification, p${q * 100}`, [quantile(toAccess, q), null], 'ms', how);
  }
  const cpuMs = ((after.cpuSeconds - before.cpuSeconds) * 1000) / purchases;
  reportFigure('CPU per purchase', [cpuMs, null], 'ms', 'API, consumers and jobs, polling for access included');
}

async function manyAtOnce(clients: Clients): Promise<void> {
  const count = purchases * 5;
  const calls = await Promise.all(Array.from({ length: count }, () => clients.buy(randomUUID())));
  const bare = await load(Array.from({ length: count }, clients.bare), connections, 200);
  const ours = await load(calls, connections, 200);
  const how = `${count} purchases over ${connections} connections; peer: the provider alone`;
  reportFigure('payment pages', [ours.perSecond, bare.perSecond], 'per s', how);
  for (const q of [0.5, 0.99]) {
    reportFigure(`their p${q * 100}`, [quantile(ours.latencies, q), quantile(bare.latencies, q)], 'ms', how);
  }
}

/** Without a notification, the status check that the payer's request starts finds the payment. */
async function withoutNotification(clients: Clients): Promise<void> {
  await jsonOf('the sandbox', clients.provider.control('notifications', { mode: 'off' }));
  const toAccess: number[] = [];
  await inLanes(Array.from({ length: 20 }), 20, () => buyAndPay(clients, [], toAccess, 'payer'));
  const how = '20 purchases at once, paid at once, no notification, the payers ask';
  for (const q of [0.5, 0.99]) {
    reportFigure(`paid to access without notification, p${q * 100}`, [quantile(toAccess, q), null], 'ms', how);
  }
}
