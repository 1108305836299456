import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDevelopmentToken } from '../src/composition/development-token.ts';
import { type Call, load } from './support/load.ts';
import { median, reportFigure } from './support/report.ts';
import { benchOnOwnSystem, usageOf } from './support/system.ts';
import { benchmarks } from '../tools/command-line/commands.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- traces [--calls 6000] [--rounds 7]: the CPU of an API that records a tenth of its traces, beside one that
// loads no tracing. A command that waits for no outcome is the least work under the most spans, so nothing shows them more.

const { values } = readCommandLine(benchmarks.traces);
const calls = Number(values.calls);
const rounds = Number(values.rounds);
const connections = 64;

await benchOnOwnSystem('traces', async (bench) => {
  let received = 0;
  const collector = createServer((request, response) => {
    received += 1;
    request.resume().on('end', () => response.setHeader('Content-Type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
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
  const sides = {
    on: await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '0.1' }),
    off: await start({}),
  };
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
  const pairs: { readonly on: number; readonly off: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Each side is first in every other pair: the second one finds a busier broker.
    const off = round % 2 === 0 ? await cpuMs(sides.off) : null;
    const on = await cpuMs(sides.on);
    pairs.push({ on, off: off ?? (await cpuMs(sides.off)) });
  }
  if (received === 0) throw new Error('the collector has received nothing');
  const how = `${calls} commands at ${connections} connections, ${rounds} pairs; peer: the same without an endpoint`;
  const ratios = pairs.map(({ on, off }) => on / off);
  reportFigure(
    'CPU per command, a tenth recorded',
    [median(pairs.map(({ on }) => on)), median(pairs.map(({ off }) => off))],
    'ms',
    how,
  );
  reportFigure('its ratio, median of the pairs', [median(ratios), null], '', how);
  collector.closeAllConnections();
  collector.close();
});
