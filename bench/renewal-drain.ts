import { median, quantile, reportFigure } from './support/report.ts';
import { runPeer } from './support/run-peer.ts';
import { seedDue } from './support/seed-due.ts';
import { benchOnOwnSystem, type BenchSystem, heldMib, type Usage, usageOf } from './support/system.ts';
import { watchFacts } from './support/watch-facts.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- renewal-drain [--renewals 1000] [--rounds 3] [--alone]: all periods end at the same instant; measured to
// `subscription.renewed` in the log, beside a bare client of the same parts; then with one and three processes. --alone: one drain
// and its memory.

const { values } = readCommandLine(benchmarks['renewal-drain']);
const renewals = Number(values.renewals);
const rounds = Number(values.rounds);
/** With this delay the provider, not the CPU, limits one process to 32 renewals a second. */
const slowProviderMs = 2_000;
const slowRenewals = 1_536;
const memoryEveryMs = 250;

type BareRun = { readonly seconds: number; readonly cpuSeconds: number; readonly latencies: readonly number[] };
type Drain = {
  readonly perSecond: number;
  readonly waits: readonly number[];
  readonly cpuMs: number;
  /** Memory held, sampled from the due instant to the last renewal. */
  readonly mib: readonly number[];
};
type Renewals = Awaited<ReturnType<typeof watchFacts>>;

await benchOnOwnSystem('renewal-drain', async (bench) => {
  const entry = 'bench/peers/slow-provider.ts';
  await bench.start('sandbox', { entry, label: 'slow provider' });
  for (const name of ['consumers', 'jobs', 'api'] as const) await bench.start(name);
  const seen = await watchFacts(bench.brokers);
  const processes = [bench.metricsOf('consumers'), bench.metricsOf('jobs'), bench.metricsOf('api')];
  reportFigure('memory held by API, consumers and jobs, idle', [heldMib(bench.system), null], 'MiB', 'just started');
  await drain(bench, seen, processes, 200);
  if (values.alone === true) {
    const { perSecond, mib } = await drain(bench, seen, processes, renewals);
    reportFigure(
      'renewal drain alone',
      [perSecond, null],
      'per s',
      `${renewals} due at once, provider 100 ms, one process`,
    );
    reportMemory(mib);
    await seen.stop();
    return;
  }
  await besideTheBareClient(bench, seen, processes);
  await fetch(`http://127.0.0.1:${bench.system.ports.sandbox}/_bench/delay?ms=${slowProviderMs}`, { method: 'POST' });
  const one = await drain(bench, seen, processes, slowRenewals);
  const more = [await bench.startMoreConsumers(), await bench.startMoreConsumers()];
  const three = await drain(bench, seen, [...processes, ...more], slowRenewals);
  const how = `${slowRenewals} renewals, provider ${slowProviderMs} ms; peer: one process`;
  reportFigure('drain by three consumer processes', [three.perSecond, one.perSecond], 'per s', how);
  await seen.stop();
});

async function besideTheBareClient(bench: BenchSystem, seen: Renewals, processes: readonly string[]): Promise<void> {
  const bareRuns = { 64: [] as BareRun[], 256: [] as BareRun[] };
  const drains: Drain[] = [];
  const environment = { ...bench.environment, SANDBOX_PORT: String(bench.system.ports.sandbox) };
  for (let round = 0; round < rounds; round += 1) {
    bareRuns[64].push(await runPeer<BareRun>('bare-renewals', [renewals, 64], environment));
    drains.push(await drain(bench, seen, processes, renewals));
    bareRuns[256].push(await runPeer<BareRun>('bare-renewals', [renewals, 256], environment));
  }
  const ours = median(drains.map(({ perSecond }) => perSecond));
  const how = `${renewals} due at once, provider 100 ms, one process, median of ${rounds}`;
  for (const [lanes, runs] of Object.entries(bareRuns)) {
    const peer = median(runs.map(({ seconds }) => renewals / seconds));
    reportFigure(`renewal drain beside the bare client, ${lanes} lanes`, [ours, peer], 'per s', how);
  }
  const bareCpuMs = median(bareRuns[64].map(({ cpuSeconds }) => (cpuSeconds * 1000) / renewals));
  const cpuMs = median(drains.map((one) => one.cpuMs));
  reportFigure(
    'CPU per renewal',
    [cpuMs, bareCpuMs],
    'ms',
    'consumers and jobs, API idle; peer: CPU of the bare client',
  );
  const waits = drains.flatMap((one) => one.waits);
  reportFigure('due to renewed in the log, p50', [quantile(waits, 0.5), null], 'ms', how);
  reportFigure('due to renewed in the log, p99', [quantile(waits, 0.99), null], 'ms', how);
  reportMemory(drains.flatMap(({ mib }) => mib));
}

/** Flat memory: the last quarter of the samples beside the second, when every code path has run once. */
function reportMemory(mib: readonly number[]): void {
  const how = 'resident, the pages of the one Node program counted once';
  reportFigure('memory held by API, consumers and jobs, peak', [Math.max(...mib), null], 'MiB', how);
  const quarter = (index: number): number =>
    median(mib.slice((mib.length * index) / 4, (mib.length * (index + 1)) / 4));
  reportFigure('the same, last quarter beside second', [quarter(3), quarter(1)], 'MiB', how);
}

async function drain(bench: BenchSystem, seen: Renewals, processes: readonly string[], count: number): Promise<Drain> {
  const { dueAt, userIds } = await seedDue(bench.mongodbUrl, count);
  const before = await usageOf(processes);
  const memory = watchMemory(bench);
  const instants = await seen.until(userIds);
  const mib = memory();
  const used: Usage = await usageOf(processes);
  return {
    perSecond: (count * 1000) / (Math.max(...instants) - dueAt),
    waits: instants.map((instant) => instant - dueAt),
    cpuMs: ((used.cpuSeconds - before.cpuSeconds) * 1000) / count,
    mib,
  };
}

function watchMemory({ system }: BenchSystem): () => readonly number[] {
  const mib: number[] = [];
  const timer = setInterval(() => mib.push(heldMib(system)), memoryEveryMs);
  return () => {
    clearInterval(timer);
    return mib;
  };
}
