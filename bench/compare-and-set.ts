import { connectMongo } from '../src/adapters/mongo/connection.ts';
import { firstDocument, updatePipeline } from '../src/adapters/mongo/subscriber-document.ts';
import { subscribersOf } from '../src/adapters/mongo/subscriber-store.ts';
import { median, reportFigure } from './support/report.ts';
import { activeSubscriber, firstSaveOf } from './support/seed-subscribers.ts';
import { benchOnOwnSystem } from './support/system.ts';
import { benchmarks } from '../tools/command-line/benchmarks.ts';
import { readCommandLine } from '../src/composition/command-line/read-command-line.ts';

// npm run bench -- compare-and-set [--saves 3200] [--rounds 7]: the save of a subscriber through `Model.collection`, as the
// store does it, beside the same pipeline through the model: each in a command of its own, and all in one bulk.

const { values } = readCommandLine(benchmarks['compare-and-set']);
const savesPerRound = Number(values.saves);
const rounds = Number(values.rounds);
/** So many subscribers are saved at once. */
const bulkSize = 64;
const subscribers = Array.from({ length: bulkSize }, () => firstSaveOf(activeSubscriber(Date.now())));
let version = 0;

type Saved = { readonly matchedCount: number };
type Operation = ReturnType<typeof nextSaves>[number];

/** The next save of every subscriber. */
function nextSaves() {
  version += 1;
  return subscribers.map(({ subscriber, ...save }) => ({
    updateOne: {
      filter: { _id: subscriber.userId, version },
      update: updatePipeline({ ...save, subscriber, expectedVersion: version }),
    },
  }));
}

const alone = (write: (operation: Operation['updateOne']) => Promise<Saved>) => (operations: Operation[]) =>
  Promise.all(operations.map(({ updateOne }) => write(updateOne)));

const together =
  (write: (operations: Operation[]) => Promise<Saved>) =>
  async (operations: Operation[]): Promise<Saved[]> => [await write(operations)];

type Write = ReturnType<typeof alone>;
type Cost = { readonly cpuUs: number; readonly perSecond: number };

/** The saves are made beforehand, so that only the way to the server and back is measured. */
async function costOf(write: Write): Promise<Cost> {
  const saves = Array.from({ length: Math.ceil(savesPerRound / bulkSize) }, nextSaves);
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  for (const operations of saves) {
    const matched = (await write(operations)).reduce((sum, { matchedCount }) => sum + matchedCount, 0);
    if (matched !== bulkSize) throw new Error(`${matched} saves were applied, not ${bulkSize}`);
  }
  const { user, system } = process.cpuUsage(before);
  const count = saves.length * bulkSize;
  return { cpuUs: (user + system) / count, perSecond: (count * 1000) / (performance.now() - startedMs) };
}

/** Alternating rounds of both. The first one warms up the compiler and is not counted. */
async function compare(figure: string, ours: Write, peer: Write): Promise<void> {
  const runs: { readonly ours: Cost; readonly peer: Cost }[] = [];
  for (let round = 0; round <= rounds; round += 1) runs.push({ peer: await costOf(peer), ours: await costOf(ours) });
  const of = (value: (cost: Cost) => number): [number, number] => [
    median(runs.slice(1).map((run) => value(run.ours))),
    median(runs.slice(1).map((run) => value(run.peer))),
  ];
  const how = `${savesPerRound} saves, median of ${rounds}; peer: the same pipeline through the model`;
  const [cpu, rate] = [of(({ cpuUs }) => cpuUs), of(({ perSecond }) => perSecond)];
  reportFigure(`${figure}, CPU`, cpu, 'us', how);
  reportFigure(figure, rate, 'per s', how);
}

await benchOnOwnSystem('compare-and-set', async ({ mongodbUrl }) => {
  const { models, close } = await connectMongo({ url: mongodbUrl, serverSelectionTimeoutMs: 10_000 });
  const collection = subscribersOf(models);
  const model = models.subscribers;
  await collection.insertMany(subscribers.map(firstDocument));
  await compare(
    'compare-and-set alone',
    alone(({ filter, update }) => collection.updateOne(filter, update)),
    alone(({ filter, update }) => model.updateOne(filter, update, { updatePipeline: true })),
  );
  await compare(
    'compare-and-set in a bulk',
    together((operations) => collection.bulkWrite(operations, { ordered: false })),
    together((operations) => model.bulkWrite(operations, { ordered: false })),
  );
  await close();
});
