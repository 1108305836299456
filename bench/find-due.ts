import { randomUUID } from 'node:crypto';
import { connectMongo, type MongoConnection } from '../src/adapters/mongo/connection.ts';
import { createIndexes } from '../src/adapters/mongo/indexes.ts';
import { createSubscriberStore, subscribersOf } from '../src/adapters/mongo/subscriber-store.ts';
import { announceKey, type SubscriberDocument } from '../src/adapters/mongo/subscriber-document.ts';
import { newSubscriber } from '../src/domain/model/subscriber.ts';
import { quantile, reportFigure } from './support/report.ts';
import { benchOnOwnSystem } from './support/system.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- find-due [--many 1000000]: the jobs' query at the store, among many documents and among few, with as
// many due in both. Documents are small, because the query reads only the announcement and its index.

const { values } = readCommandLine(benchmarks['find-due']);
const many = Number(values.many);
const few = 10_000;
const due = 200;
const batch = 20_000;
const queries = 300;
const dayMs = 86_400_000;

await benchOnOwnSystem('find-due', async ({ mongodbUrl }) => {
  const [large, small] = await Promise.all([open(mongodbUrl, 'bench_many'), open(mongodbUrl, 'bench_few')]);
  await fill(small, few);
  await fill(large, many);
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let query = 0; query < queries; query += 1) {
    peer.push(await ask(small));
    ours.push(await ask(large));
  }
  const how = `findDue at the store, ${due} due in both; peer: among ${few}; ${queries} queries each, in turn`;
  for (const q of [0.5, 0.99]) {
    reportFigure(`due among ${many}, p${q * 100}`, [quantile(ours, q), quantile(peer, q)], 'ms', how);
  }
  await Promise.all([large.close(), small.close()]);
});

async function open(server: string, database: string): Promise<MongoConnection> {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return connectMongo({ url: url.href, serverSelectionTimeoutMs: 10_000 });
}

async function ask({ models }: MongoConnection): Promise<number> {
  const store = createSubscriberStore(subscribersOf(models));
  const startedMs = performance.now();
  const found = await store.findDue({
    types: ['subscription.renewal_due'],
    realNow: Date.now(),
    testClock: null,
    limit: 500,
  });
  if (found.length !== due) throw new Error(`${found.length} were found, not ${due}`);
  return performance.now() - startedMs;
}

async function fill({ db, models }: MongoConnection, count: number): Promise<void> {
  await db.dropDatabase();
  await createIndexes(models);
  for (let from = 0; from < count; from += batch) {
    const documents = Array.from({ length: Math.min(batch, count - from) }, (_, index) => slim(from + index));
    await subscribersOf(models).insertMany(documents, { ordered: false, writeConcern: { w: 1 } });
  }
}

function slim(index: number): SubscriberDocument {
  const at = Date.now() + (index < due ? -dayMs : dayMs + index);
  const timer = {
    type: 'subscription.renewal_due',
    subscriptionId: randomUUID(),
    periodIndex: 1,
    attemptNo: 1,
  } as const;
  const announce = { business: { at, timer }, real: null };
  const { userId: _id, captures: settled, ...fields } = newSubscriber(randomUUID());
  const claim = { key: announceKey(announce), notBefore: null, tries: 0 };
  return { _id, ...fields, settled, version: 1, lastSaveId: '', announce: { ...announce, ...claim }, outbox: [] };
}
