import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { createSubscriberStore, subscribersOf } from '../src/adapters/mongo/subscriber-store.ts';
import { median, quantile, tell } from './support/report.ts';
import { runPeer } from './support/run-peer.ts';
import { activeSubscriber, firstSaveOf, inLanes } from './support/seed-subscribers.ts';
import { benchOnOwnSystem, usageOf } from './support/system.ts';
import type { BenchSystem, Usage } from './support/system.ts';
import { watchFacts } from './support/watch-facts.ts';

// npm run bench -- renewal-drain [--renewals 1000] [--rounds 3]: everybody's period ends at the same instant; from then
// to `subscription.renewed` in the log, beside a spike of the same parts in the same run; then one and three processes.

const { values } = parseArgs({
  options: {
    renewals: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean' },
    'cpu-prof': { type: 'boolean' },
  },
});
const renewals = Number(values.renewals);
const rounds = Number(values.rounds);
/** Seeding must be over before they fall due; a loaded machine saves some 300 a second. */
const leadMs = 4_000 + renewals * 3;
/** With this the provider, not the CPU, bounds one process at 32 renewals a second. */
const slowProviderMs = 2_000;
const slowRenewals = 1_536;
const memoryEveryMs = 250;

type Spike = { readonly seconds: number; readonly cpuSeconds: number; readonly latencies: readonly number[] };
type Drain = {
  readonly perSecond: number;
  readonly waits: readonly number[];
  readonly cpuMs: number;
  readonly mib: number;
};
type Renewals = Awaited<ReturnType<typeof watchFacts>>;

await benchOnOwnSystem('renewal-drain', async (bench) => {
  const entry = 'bench/peers/slow-provider.ts';
  await bench.start('sandbox', { entry, label: 'slow provider' });
  await Promise.all([bench.start('consumers'), bench.start('jobs'), bench.start('api')]);
  const seen = await watchFacts(bench.brokers);
  const processes = [bench.metricsOf('consumers'), bench.metricsOf('jobs'), bench.metricsOf('api')];
  const idle = await usageOf(processes);
  tell('memory of API, consumers and jobs, idle', [idle.residentMib, null], 'MiB', 'just started');
  await drain(bench, seen, processes, 200);
  await besideTheSpike(bench, seen, processes);
  await fetch(`http://127.0.0.1:${bench.system.ports.sandbox}/_bench/delay?ms=${slowProviderMs}`, { method: 'POST' });
  const one = await drain(bench, seen, processes, slowRenewals);
  const more = [await bench.startMoreConsumers(), await bench.startMoreConsumers()];
  const three = await drain(bench, seen, [...processes, ...more], slowRenewals);
  const how = `${slowRenewals} renewals, provider ${slowProviderMs} ms; peer: one process`;
  tell('drain by three consumer processes', [three.perSecond, one.perSecond], 'per s', how);
  await seen.stop();
});

async function besideTheSpike(bench: BenchSystem, seen: Renewals, processes: readonly string[]): Promise<void> {
  const spikes = { 64: [] as Spike[], 256: [] as Spike[] };
  const drains: Drain[] = [];
  const environment = { ...bench.environment, SANDBOX_PORT: String(bench.system.ports.sandbox) };
  for (let round = 0; round < rounds; round += 1) {
    spikes[64].push(await runPeer<Spike>('bare-renewals', [renewals, 64], environment));
    drains.push(await drain(bench, seen, processes, renewals));
    spikes[256].push(await runPeer<Spike>('bare-renewals', [renewals, 256], environment));
  }
  const ours = median(drains.map(({ perSecond }) => perSecond));
  const how = `${renewals} due at once, provider 100 ms, one process, median of ${rounds}`;
  for (const [lanes, runs] of Object.entries(spikes)) {
    const peer = median(runs.map(({ seconds }) => renewals / seconds));
    tell(`renewal drain beside spike, ${lanes} lanes`, [ours, peer], 'per s', how);
  }
  const spikeCpuMs = median(spikes[64].map(({ cpuSeconds }) => (cpuSeconds * 1000) / renewals));
  const cpuMs = median(drains.map((one) => one.cpuMs));
  tell('CPU per renewal', [cpuMs, spikeCpuMs], 'ms', 'consumers and jobs, API idle; peer: client CPU of the spike');
  const waits = drains.flatMap((one) => one.waits);
  tell('due to renewed in the log, p50', [quantile(waits, 0.5), null], 'ms', how);
  tell('due to renewed in the log, p99', [quantile(waits, 0.99), null], 'ms', how);
  tell(
    'memory of API, consumers and jobs, peak',
    [Math.max(...drains.map(({ mib }) => mib)), null],
    'MiB',
    'over all drains',
  );
  const growth = (drains.at(-1)?.mib ?? 0) - (drains[0]?.mib ?? 0);
  const later = `after ${(rounds - 1) * renewals} more renewals`;
  tell('growth of that peak, first to last drain', [growth, null], 'MiB', later);
}

async function drain(bench: BenchSystem, seen: Renewals, processes: readonly string[], count: number): Promise<Drain> {
  const dueAt = Date.now() + leadMs;
  const userIds = await seed(bench, count, dueAt);
  if (Date.now() > dueAt) throw new Error('seeding took longer than the lead');
  const before = await usageOf(processes);
  const peak = watchMemory(processes);
  const instants = await seen.until(userIds);
  const mib = await peak();
  const used: Usage = await usageOf(processes);
  return {
    perSecond: (count * 1000) / (Math.max(...instants) - dueAt),
    waits: instants.map((instant) => instant - dueAt),
    cpuMs: ((used.cpuSeconds - before.cpuSeconds) * 1000) / count,
    mib,
  };
}

async function seed({ mongodbUrl }: BenchSystem, count: number, dueAt: number): Promise<readonly string[]> {
  const client = new MongoClient(mongodbUrl);
  const store = createSubscriberStore(subscribersOf(client.db()));
  const people = Array.from({ length: count }, () => activeSubscriber(dueAt));
  await inLanes(people, 32, (one) => store.save(firstSaveOf(one)));
  await client.close();
  return people.map(({ userId }) => userId);
}

function watchMemory(processes: readonly string[]): () => Promise<number> {
  let peakMib = 0;
  let asked: Promise<void> = Promise.resolve();
  const ask = async (): Promise<void> => {
    peakMib = Math.max(peakMib, (await usageOf(processes)).residentMib);
  };
  const timer = setInterval(() => {
    asked = ask();
  }, memoryEveryMs);
  return async () => {
    clearInterval(timer);
    await asked;
    return peakMib;
  };
}
