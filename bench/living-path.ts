import { randomUUID } from 'node:crypto';
import { createDevelopmentToken } from '../src/composition/development-token.ts';
import { runningEnvironment } from '../stack/running-environment.ts';

// npm start in one terminal, then in another:  npm run bench -- living-path [purchases]
// One purchase and one renewal at a time on the running system, beside the provider call that each must make anyway.

const environment = runningEnvironment(process.env);
const count = Number(process.argv[2] ?? 50);
const api = `http://127.0.0.1:${environment['PROJECT_PORT'] ?? '8001'}`;
const sandbox = `http://127.0.0.1:${environment['SANDBOX_PORT'] ?? '8090'}`;
const processes = ['API_METRICS_PORT', 'CONSUMERS_METRICS_PORT', 'JOBS_METRICS_PORT'].map(
  (name, index) => `http://127.0.0.1:${environment[name] ?? String(9464 + index)}/metrics`,
);
const shop = Buffer.from(`${environment['YOOKASSA_SHOP_ID'] ?? ''}:${environment['YOOKASSA_API_KEY'] ?? ''}`).toString(
  'base64',
);
const card = '5555555555554444';

type Json = Readonly<Record<string, unknown>>;

async function call(url: string, headers: Readonly<Record<string, string>>, body?: unknown): Promise<Json> {
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Json;
}

async function cpuSeconds(): Promise<number> {
  const texts = await Promise.all(processes.map(async (url) => (await fetch(url)).text()));
  return texts.reduce((sum, text) => sum + Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1] ?? 0), 0);
}

const quantile = (sorted: readonly number[], q: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(1);

function report(figure: string, samples: readonly number[]): void {
  const sorted = samples.toSorted((a, b) => a - b);
  console.log(
    `${figure.padEnd(46)} p50 ${quantile(sorted, 0.5).padStart(7)} ms   p99 ${quantile(sorted, 0.99).padStart(7)} ms   n=${sorted.length}`,
  );
}

async function timed<T>(samples: number[], work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  samples.push(performance.now() - started);
  return result;
}

const auth = async (userId: string, superuser = false) => ({
  Authorization: `Bearer ${await createDevelopmentToken({ userId, superuser }, environment)}`,
});

async function untilActive(userId: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    if ((await call(`${api}/api/v1/entitlements/${userId}`, headers))['active'] === true) return;
  }
  throw new Error('access did not open');
}

const tariffs = (await call(`${api}/api/v1/tariffs`, {})) as unknown as readonly Json[];
const tariffId = tariffs.find((tariff) => tariff['period_unit'] === 'month')?.['id'];
const [bare, toPage, toAccess]: number[][] = [[], [], []];
const order = {
  amount: { value: '299.00', currency: 'RUB' },
  capture: true,
  confirmation: { type: 'redirect', return_url: 'http://127.0.0.1/' },
};

async function purchase(): Promise<void> {
  const userId = randomUUID();
  const headers = await auth(userId);
  await timed(bare ?? [], () =>
    call(`${sandbox}/v3/payments`, { Authorization: `Basic ${shop}`, 'Idempotence-Key': randomUUID() }, order),
  );
  const { redirect_url: page } = await timed(toPage ?? [], () =>
    call(`${api}/api/v1/subscriptions/yookassa/buy`, headers, { tariff_id: tariffId, renew: true }),
  );
  const paymentId = String(page).split('/').at(-1);
  await timed(toAccess ?? [], async () => {
    await call(`${sandbox}/_sandbox/payments/${paymentId}/pay`, {}, { card });
    await untilActive(userId, headers);
  });
}

for (let warm = 0; warm < 5; warm += 1) await purchase();
for (const samples of [bare, toPage, toAccess]) samples?.splice(0);
const before = await cpuSeconds();
for (let index = 0; index < count; index += 1) await purchase();
const perPurchase = ((await cpuSeconds()) - before) / count;

report('provider alone: create a payment', bare ?? []);
report('buy to payment page', toPage ?? []);
report('paid to access (by notification)', toAccess ?? []);
const middle = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 1;
console.log(
  `buy to page / provider alone                   ratio ${(middle(toPage ?? []) / middle(bare ?? [])).toFixed(1)}`,
);
console.log(
  `CPU of API, consumers and jobs per purchase    ${(perPurchase * 1000).toFixed(1)} ms (polling for access included)`,
);

const staff = await auth(randomUUID(), true);
const clock = await call(`${api}/api/v1/test-clocks`, staff, { name: 'bench', now: '2030-01-10T09:00:00.000Z' });
const members = Math.min(count, 50);
for (let index = 0; index < members; index += 1) {
  const userId = randomUUID();
  const headers = { ...(await auth(userId)), 'X-Test-Clock': String(clock['id']) };
  const { redirect_url: page } = await call(`${api}/api/v1/subscriptions/yookassa/buy`, headers, {
    tariff_id: tariffId,
    renew: true,
  });
  await call(`${sandbox}/_sandbox/payments/${String(page).split('/').at(-1)}/pay`, {}, { card });
  await untilActive(userId, headers);
}
const cpuBefore = await cpuSeconds();
const started = performance.now();
await call(`${api}/api/v1/test-clocks/${String(clock['id'])}/advance`, staff, { to: '2030-02-10T10:00:00.000Z' });
while ((await call(`${api}/api/v1/test-clocks/${String(clock['id'])}`, staff))['status'] !== 'ready') {
  if (performance.now() - started > 120_000) throw new Error('the clock did not arrive');
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const elapsed = performance.now() - started;
console.log(
  `a month with ${members} renewals on a test clock          ${(elapsed / 1000).toFixed(1)} s, CPU ${((((await cpuSeconds()) - cpuBefore) * 1000) / members).toFixed(1)} ms per renewal (clock included)`,
);
