import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median, reportFigure } from './support/report.ts';
import { runPeer } from './support/run-peer.ts';
import { seedDue } from './support/seed-due.ts';
import { benchOnOwnSystem, usageOf } from './support/system.ts';
import { watchFacts } from './support/watch-facts.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- one-core [--renewals 1000] [--rounds 3]: renewals by one consumers process with one core, as a pod has, beside the
// bare client with the same one. For the sizes in docs/operations.md.

const { values } = readCommandLine(benchmarks['one-core']);
const [renewals, rounds] = [Number(values.renewals), Number(values.rounds)];
const lanes = 64;
/** Servers, jobs and provider may use every core; only what is measured is held to this one. */
const core = 1;
const memoryEveryMs = 250;

type BareRun = { readonly seconds: number; readonly cpuSeconds: number };

const residentMib = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

await benchOnOwnSystem('one-core', async (bench) => {
  await bench.start('sandbox', { entry: 'bench/peers/slow-provider.ts', label: 'slow provider' });
  await bench.start('jobs');
  // The consumers of other topics are other pods.
  await bench.startAnother('consumers', { CONSUMERS: 'hints,commands,keeper' });
  const { consumersMetrics, pid } = await bench.startAnother('consumers', { CONSUMERS: 'timers' });
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
  const metrics = [`http://127.0.0.1:${consumersMetrics}/metrics`];
  const seen = await watchFacts(bench.brokers);
  const mib: number[] = [];
  const drain = async () => {
    const { dueAt, userIds } = await seedDue(bench.mongodbUrl, renewals);
    const before = await usageOf(metrics);
    const timer = setInterval(() => mib.push(residentMib(pid)), memoryEveryMs);
    const instants = await seen.until(userIds);
    clearInterval(timer);
    const cpuMs = (((await usageOf(metrics)).cpuSeconds - before.cpuSeconds) * 1000) / renewals;
    return { perSecond: (renewals * 1000) / (Math.max(...instants) - dueAt), cpuMs };
  };
  // The first drain compiles the code.
  await drain();
  const environment = { ...bench.environment, SANDBOX_PORT: String(bench.system.ports.sandbox) };
  const pairs: { readonly ours: Awaited<ReturnType<typeof drain>>; readonly bare: BareRun }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bare = await runPeer<BareRun>('bare-renewals', [renewals, lanes], environment, core);
    pairs.push({ ours: await drain(), bare });
  }
  await seen.stop();
  const how = `${renewals} due at once, provider 100 ms, median of ${rounds}; peer: the bare client on the same core`;
  const rates = [
    median(pairs.map(({ ours }) => ours.perSecond)),
    median(pairs.map(({ bare }) => renewals / bare.seconds)),
  ];
  const bareCpuMs = median(pairs.map(({ bare }) => (bare.cpuSeconds * 1000) / renewals));
  reportFigure('renewals by one pod with one core', [rates[0] ?? 0, rates[1] ?? 0], 'per s', how);
  reportFigure('its CPU per renewal', [median(pairs.map(({ ours }) => ours.cpuMs)), bareCpuMs], 'ms', how);
  reportFigure('its memory, peak', [Math.max(...mib), null], 'MiB', 'resident, with the Node program');
});
