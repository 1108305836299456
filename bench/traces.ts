import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDevelopmentToken } from '../src/composition/development-token.ts';
import { type Call, load } from './support/load.ts';
import { median, type Pair, reportFigure } from './support/report.ts';
import { seedDue } from './support/seed-due.ts';
import { benchOnOwnSystem, type BenchSystem, usageOf } from './support/system.ts';
import { watchFacts } from './support/watch-facts.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- traces [--calls 6000] [--renewals 1000] [--rounds 7]: the CPU of processes that record a tenth of their traces,
// beside two that load no tracing, whose own ratio says what the machine makes of two that are alike. Commands: an API that waits for
// no outcome does the least work under the most spans. Renewals: three consumers processes share the partitions of one drain.

const { values } = readCommandLine(benchmarks.traces);
const [calls, renewals, rounds] = [Number(values.calls), Number(values.renewals), Number(values.rounds)];
const connections = 64;

const sides = ['on', 'off', 'alike'] as const;
type Side = (typeof sides)[number];
/** CPU time in ms. */
type Round = Readonly<Record<Side, number>>;

function report(what: string, rounds: readonly Round[], how: string): void {
  const peer = `${how}, ${rounds.length} rounds; peer: the mean of two without an endpoint`;
  const without = ({ off, alike }: Round): number => (off + alike) / 2;
  const medians: Pair = [median(rounds.map(({ on }) => on)), median(rounds.map(without))];
  reportFigure(`CPU per ${what}, a tenth recorded`, medians, 'ms', peer);
  reportFigure(
    'its ratio, median of the rounds',
    [median(rounds.map((round) => round.on / without(round))), null],
    '',
    peer,
  );
  reportFigure('ratio of the two without', [median(rounds.map(({ alike, off }) => alike / off)), null], '', how);
}

await benchOnOwnSystem('traces', async (bench) => {
  let received = 0;
  const collector = createServer((request, response) => {
    received += 1;
    request.resume().on('end', () => response.setHeader('Content-Type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const recording = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '0.1' };
  await benchCommands(bench, recording);
  const receivedOfApi = received;
  await benchRenewals(bench, recording);
  if (receivedOfApi === 0 || received === receivedOfApi) throw new Error('the collector has received nothing');
  collector.closeAllConnections();
  collector.close();
});

async function benchCommands(bench: BenchSystem, recording: NodeJS.ProcessEnv): Promise<void> {
  const token = await createDevelopmentToken({ userId: randomUUID() }, bench.environment);
  const body = JSON.stringify({ mode: 'period_end', reason: 'bench' });
  const headers = {
    ...{ 'Content-Type': 'application/json', Accept: 'application/json', 'Content-Length': String(body.length) },
    ...{ Authorization: `Bearer ${token}`, Prefer: 'wait=0' },
  };
  const start = async (settings: NodeJS.ProcessEnv) => {
    const { api, apiMetrics } = await bench.startAnother('api', settings);
    const call: Call = { method: 'POST', url: `http://127.0.0.1:${api}/api/v1/subscriptions/cancel`, headers, body };
    return { metrics: `http://127.0.0.1:${apiMetrics}/metrics`, call };
  };
  const apis = { on: await start(recording), off: await start({}), alike: await start({}) };
  const cpuMs = async (side: Side): Promise<number> => {
    const { metrics, call } = apis[side];
    const before = await usageOf([metrics]);
    await load(
      Array.from({ length: calls }, () => call),
      connections,
      202,
    );
    return (((await usageOf([metrics])).cpuSeconds - before.cpuSeconds) * 1000) / calls;
  };
  const measure = async (first: number): Promise<Round> => {
    const cpu = { on: 0, off: 0, alike: 0 };
    for (const side of [...sides.slice(first), ...sides.slice(0, first)]) cpu[side] = await cpuMs(side);
    return cpu;
  };
  await measure(0);
  const measured: Round[] = [];
  // Each side is first in every third round: a later one finds a busier broker.
  for (let round = 0; round < rounds; round += 1) measured.push(await measure(round % sides.length));
  report('command', measured, `${calls} commands at ${connections} connections`);
}

async function benchRenewals(bench: BenchSystem, recording: NodeJS.ProcessEnv): Promise<void> {
  await bench.start('sandbox', { entry: 'bench/peers/slow-provider.ts', label: 'slow provider' });
  await bench.start('jobs');
  // Not the commands of the first part, which wait in their topic.
  const consumers = 'timers,hints,keeper';
  const start = async (settings: NodeJS.ProcessEnv): Promise<string> =>
    `http://127.0.0.1:${(await bench.startAnother('consumers', { CONSUMERS: consumers, ...settings })).consumersMetrics}/metrics`;
  const processes = { on: await start(recording), off: await start({}), alike: await start({}) };
  const seen = await watchFacts(bench.brokers);
  const usage = async () => ({
    on: await usageOf([processes.on]),
    off: await usageOf([processes.off]),
    alike: await usageOf([processes.alike]),
  });
  const drain = async (): Promise<Round> => {
    const { userIds } = await seedDue(bench.mongodbUrl, renewals);
    const before = await usage();
    await seen.until(userIds);
    const after = await usage();
    const cpuMs = (side: Side): number => {
      const handled = after[side].timers - before[side].timers;
      if (handled < renewals / 5) throw new Error(`the partitions are not shared: ${handled} of ${renewals}`);
      return ((after[side].cpuSeconds - before[side].cpuSeconds) * 1000) / handled;
    };
    return { on: cpuMs('on'), off: cpuMs('off'), alike: cpuMs('alike') };
  };
  // The first drain compiles the code.
  await drain();
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await drain());
  await seen.stop();
  report('renewal', measured, `${renewals} renewals, shared by three consumers processes`);
}
