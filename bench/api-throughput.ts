import { randomUUID } from 'node:crypto';
import { connectMongo } from '../src/adapters/mongo/connection.ts';
import { createSubscriberStore, subscribersOf } from '../src/adapters/mongo/subscriber-store.ts';
import { createDevelopmentToken } from '../src/composition/development-token.ts';
import { findFreePorts } from '../stack/ports.ts';
import { type Call, load, type Load } from './support/load.ts';
import { median, quantile, reportFigure } from './support/report.ts';
import { startPeer } from './support/run-peer.ts';
import { activeSubscriber, firstSaveOf, inLanes } from './support/seed-subscribers.ts';
import { benchOnOwnSystem, type BenchSystem, usageOf } from './support/system.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// What the API alone carries at 64 connections, commands and access checks, beside a bare Express that does the same input
// and output and nothing else. Options: [--calls 6000] [--rounds 3].

const { values } = readCommandLine(benchmarks['api-throughput']);
const callsPerRound = Number(values.calls);
const rounds = Number(values.rounds);
const connections = 64;
/** Enough subscribers that neither side serves one cached document or one partition. */
const people = 500;
const farAhead = Date.now() + 86_400_000;

type Contest = {
  readonly figure: string;
  readonly ours: readonly Call[];
  readonly peer: readonly Call[];
  readonly status: number;
};

await benchOnOwnSystem('api-throughput', async (bench) => {
  const userIds = await seed(bench);
  await bench.start('api');
  const { api: port } = await findFreePorts();
  const peer = await startPeer('bare-api', port, bench.environment);
  try {
    const origins = { ours: `http://127.0.0.1:${bench.system.ports.api}`, peer: `http://127.0.0.1:${port}` };
    await contest(bench, await commands(origins, userIds, bench.environment));
    await contest(bench, await checks(origins, userIds, bench.environment));
  } finally {
    peer.kill();
  }
});

type Origins = { readonly ours: string; readonly peer: string };
function repeated(make: (index: number) => Call): readonly Call[] {
  return Array.from({ length: callsPerRound }, (_, index) => make(index));
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

async function commands({ ours, peer }: Origins, userIds: readonly string[], env: NodeJS.ProcessEnv): Promise<Contest> {
  const tokens = await Promise.all(userIds.map((userId) => createDevelopmentToken({ userId }, env)));
  const body = JSON.stringify({ mode: 'period_end', reason: 'bench' });
  const json = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'Content-Length': String(body.length),
  };
  return {
    figure: 'command acceptance, 64 connections',
    status: 202,
    ours: repeated((index) => ({
      method: 'POST',
      url: `${ours}/api/v1/subscriptions/cancel`,
      headers: { ...json, Authorization: `Bearer ${pick(tokens, index)}`, Prefer: 'wait=0' },
      body,
    })),
    peer: repeated(() => ({ method: 'POST', url: `${peer}/commands`, headers: json, body })),
  };
}

async function checks({ ours, peer }: Origins, userIds: readonly string[], env: NodeJS.ProcessEnv): Promise<Contest> {
  const token = await createDevelopmentToken({ userId: randomUUID(), superuser: true }, env);
  const headers = { Accept: 'application/json' };
  const signed = { ...headers, Authorization: `Bearer ${token}` };
  return {
    figure: 'access check, 64 connections',
    status: 200,
    ours: repeated((index) => ({
      method: 'GET',
      url: `${ours}/api/v1/entitlements/${pick(userIds, index)}`,
      headers: signed,
    })),
    peer: repeated((index) => ({ method: 'GET', url: `${peer}/access/${pick(userIds, index)}`, headers })),
  };
}

async function contest(bench: BenchSystem, { figure, ours, peer, status }: Contest): Promise<void> {
  const runs: { readonly ours: Load; readonly peer: Load; readonly cpuMs: number }[] = [];
  await load(ours.slice(0, 1_000), connections, status);
  await load(peer.slice(0, 1_000), connections, status);
  for (let round = 0; round < rounds; round += 1) {
    const before = await usageOf([bench.metricsOf('api')]);
    const own = await load(ours, connections, status);
    const after = await usageOf([bench.metricsOf('api')]);
    const cpuMs = ((after.cpuSeconds - before.cpuSeconds) * 1000) / ours.length;
    runs.push({ ours: own, peer: await load(peer, connections, status), cpuMs });
  }
  const how = `${callsPerRound} calls, median of ${rounds}; peer: bare Express with the same input and output`;
  const of = (value: (one: Load) => number): [number, number] => [
    median(runs.map((run) => value(run.ours))),
    median(runs.map((run) => value(run.peer))),
  ];
  reportFigure(
    figure,
    of(({ perSecond }) => perSecond),
    'per s',
    how,
  );
  reportFigure(
    `${figure}, p50`,
    of(({ latencies }) => quantile(latencies, 0.5)),
    'ms',
    how,
  );
  reportFigure(
    `${figure}, p99`,
    of(({ latencies }) => quantile(latencies, 0.99)),
    'ms',
    how,
  );
  reportFigure(
    `${figure}, CPU per call`,
    [median(runs.map(({ cpuMs }) => cpuMs)), null],
    'ms',
    'the API process alone',
  );
}

async function seed({ mongodbUrl }: BenchSystem): Promise<readonly string[]> {
  const connection = await connectMongo({ url: mongodbUrl, serverSelectionTimeoutMs: 10_000 });
  const store = createSubscriberStore(subscribersOf(connection.models));
  const subscribers = Array.from({ length: people }, () => activeSubscriber(farAhead));
  await inLanes(subscribers, 32, (one) => store.save(firstSaveOf(one)));
  await connection.close();
  return subscribers.map(({ userId }) => userId);
}
