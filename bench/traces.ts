import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDevelopmentToken } from '../src/composition/development-token.ts';
import { type Call, load } from './support/load.ts';
import { median, reportFigure } from './support/report.ts';
import { seedDue } from './support/seed-due.ts';
import { benchOnOwnSystem, type BenchSystem, usageOf } from './support/system.ts';
import { watchFacts } from './support/watch-facts.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- traces [--calls 6000] [--renewals 1000] [--rounds 7]: the CPU of processes that record a tenth of their traces,
// beside the same that load no tracing. Commands: an API that waits for no outcome does the least work under the most spans.
// Renewals: two consumers processes share the partitions of one drain, and only one of them records.

const { values } = readCommandLine(benchmarks.traces);
const [calls, renewals, rounds] = [Number(values.calls), Number(values.renewals), Number(values.rounds)];
const connections = 64;

type Pair = { readonly on: number; readonly off: number };

function report(what: string, pairs: readonly Pair[], how: string): void {
  const peer = `${how}, ${pairs.length} pairs; peer: the same without an endpoint`;
  const [on, off] = [median(pairs.map((pair) => pair.on)), median(pairs.map((pair) => pair.off))];
  reportFigure(`CPU per ${what}, a tenth recorded`, [on, off], 'ms', peer);
  reportFigure('its ratio, median of the pairs', [median(pairs.map((pair) => pair.on / pair.off)), null], '', peer);
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
  const sides = { on: await start(recording), off: await start({}) };
  const cpuMs = async ({ metrics, call }: (typeof sides)['on']): Promise<number> => {
    const before = await usageOf([metrics]);
    await load(
      Array.from({ length: calls }, () => call),
      connections,
      202,
    );
    return (((await usageOf([metrics])).cpuSeconds - before.cpuSeconds) * 1000) / calls;
  };
  await cpuMs(sides.on);
  await cpuMs(sides.off);
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Each side is first in every other pair: the second one finds a busier broker.
    const off = round % 2 === 0 ? await cpuMs(sides.off) : null;
    const on = await cpuMs(sides.on);
    pairs.push({ on, off: off ?? (await cpuMs(sides.off)) });
  }
  report('command', pairs, `${calls} commands at ${connections} connections`);
}

async function benchRenewals(bench: BenchSystem, recording: NodeJS.ProcessEnv): Promise<void> {
  await bench.start('sandbox', { entry: 'bench/peers/slow-provider.ts', label: 'slow provider' });
  await bench.start('jobs');
  // Not the commands of the first part, which wait in their topic.
  const consumers = 'timers,hints,keeper';
  const start = async (settings: NodeJS.ProcessEnv): Promise<string> =>
    `http://127.0.0.1:${(await bench.startAnother('consumers', { CONSUMERS: consumers, ...settings })).consumersMetrics}/metrics`;
  const sides = { on: await start(recording), off: await start({}) };
  const seen = await watchFacts(bench.brokers);
  const drain = async (): Promise<Pair> => {
    const { userIds } = await seedDue(bench.mongodbUrl, renewals);
    const before = { on: await usageOf([sides.on]), off: await usageOf([sides.off]) };
    await seen.until(userIds);
    const cpuMs = async (side: keyof typeof sides): Promise<number> => {
      const { cpuSeconds, timers } = await usageOf([sides[side]]);
      const handled = timers - before[side].timers;
      if (handled < renewals / 4) throw new Error(`the partitions are not shared: ${handled} of ${renewals}`);
      return ((cpuSeconds - before[side].cpuSeconds) * 1000) / handled;
    };
    return { on: await cpuMs('on'), off: await cpuMs('off') };
  };
  // The first drain compiles the code.
  await drain();
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) pairs.push(await drain());
  await seen.stop();
  report('renewal', pairs, `${renewals} renewals, shared by two consumers processes`);
}
