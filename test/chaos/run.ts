import type { Db } from 'mongodb';
import type { System } from '../../stack/embedded-stack.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import { connectMongo } from '../../src/adapters/mongo/connection.ts';
import { judge } from './checker.ts';
import { createClocks, runClocks } from './clocks.ts';
import { dailyTariff } from './daily-tariff.ts';
import { gather } from './gather.ts';
import { createNodeCards } from './cluster/node-blows.ts';
import { type Blow, type Card, createCards, createTurnCard, deal, plant } from './killer.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { type Load, startLoad } from './load.ts';
import { pause } from './pause.ts';
import { createRandom, type Random } from './random.ts';
import { figures, type Outcome, sizes, type Struck, verdictLines } from './report.ts';
import { rest } from './rest.ts';
import { describeStall } from './stall.ts';
import { type Make, openWorld, type World } from './world.ts';

const clocksCount = 3;
/** Enough that some still buy while others wait for an unknown outcome. */
const clientsCount = 10;
/** Time under load between two blows: enough for purchases and renewals to be under way again. */
const betweenBlowsMs = 2_000;
/** How long a kill waits for a charge to be sent, and how long the provider delays that charge. */
const midChargeMs = 3_000;
/** A session time-out, a rebalance and a start on a loaded machine, several times over. */
const recoveryMsMax = 180_000;
const pollMs = 20;

type Scene = {
  readonly keeper: Keeper;
  readonly world: World;
  readonly load: Load;
  readonly db: Db;
  readonly signal: AbortSignal;
};

async function sendingNow(db: Db): Promise<number> {
  try {
    return await db.collection('subscribers').countDocuments({ 'payment.state': 'sending' });
  } catch {
    // MongoDB may be down, so the count is unknown.
    return 0;
  }
}

/** Slows the provider, so that the kill falls while charges are being sent. */
async function awaitMidCharge({ world, db, signal }: Scene): Promise<number> {
  await plant(world.sandbox, { kind: 'latency', ms: midChargeMs, times: 6 });
  let sending = 0;
  const isSending = async (): Promise<boolean> => (sending = await sendingNow(db)) > 0;
  await waitUntil(isSending, { timeoutMs: midChargeMs, intervalMs: pollMs, signal });
  return sending;
}

async function hit(scene: Scene, blow: Blow): Promise<Struck> {
  const { load, signal, db, world } = scene;
  const midCharge = blow.isKill ? await awaitMidCharge(scene) : 0;
  const since = load.tick();
  const struckMs = performance.now();
  const awaitRecovery = blow.strike();
  const recovered = awaitRecovery();
  const served = waitUntil(() => load.isServedSince(since), { timeoutMs: recoveryMsMax, intervalMs: pollMs, signal });
  const recoveryMs = served.then(async (isServed) => {
    if (isServed) return performance.now() - struckMs;
    const asked = load.history.filter(({ askedAt }) => askedAt > since);
    const stall = await describeStall({ db, ...world }, asked);
    throw new Error(`${blow.kind}: no purchase was answered for ${recoveryMsMax / 1_000} s\n${stall}\n`);
  });
  const [ms] = await Promise.all([recoveryMs, recovered]);
  const silenceMs = load.silenceMs(struckMs, performance.now());
  return { kind: blow.kind, isKill: blow.isKill, midCharge, recoveryMs: ms, silenceMs };
}

function packOf({ keeper, world, db, signal }: Scene): readonly Card[] {
  const { sandbox, cluster, versions } = world;
  const turns = versions === null ? [] : [createTurnCard(keeper, versions)];
  const nodes = cluster === null ? createCards(keeper, sandbox) : createNodeCards({ keeper, cluster, db, signal });
  return [...nodes, ...turns];
}

async function strike(scene: Scene, cycles: number, random: Random, say: (line: string) => void): Promise<Struck[]> {
  const struck: Struck[] = [];
  const cards = deal(packOf(scene), random);
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    await pause(betweenBlowsMs + random.below(betweenBlowsMs), scene.signal);
    const one = await hit(scene, await cards.next().value());
    struck.push(one);
    say(
      `  ${String(cycle).padStart(3)}/${cycles}  ${one.kind.padEnd(30)} ${one.midCharge} being sent, ` +
        `served again after ${(one.recoveryMs / 1_000).toFixed(1)} s, longest silence ${(one.silenceMs / 1_000).toFixed(1)} s`,
    );
  }
  return struck;
}

export type Plan = Make & { readonly cycles: number; readonly seed: number };

/** Load, blows, rest, checks. */
export async function chaos(plan: Plan, supervised: System): Promise<Outcome> {
  const keeper = createKeeper(supervised);
  try {
    return await play(plan, keeper, await openWorld(plan, supervised, keeper), supervised);
  } finally {
    await keeper.stop();
  }
}

async function play(plan: Plan, keeper: Keeper, world: World, { say, signal }: System): Promise<Outcome> {
  const { cycles, seed } = plan;
  const mongo = await connectMongo({ url: world.mongodb, serverSelectionTimeoutMs: 30_000 });
  try {
    const staff = { api: world.api, headers: world.staff };
    const clocks = await createClocks(staff, clocksCount);
    const random = createRandom(seed);
    const tariffId = await dailyTariff(world.api);
    const load = startLoad({ ...world, tariffId, clocks, random: createRandom(seed + 1), clients: clientsCount });
    const stopClocks = runClocks(staff, clocks);
    const scene = { keeper, world, load, db: mongo.db, signal };
    const struck = await strike(scene, cycles, random, say);
    await Promise.all([load.stop(), stopClocks()]);
    say('  waiting until nothing moves ...');
    const { sandbox, brokers } = world;
    const moving = await rest({ sandbox, brokers, history: load.history, db: mongo.db, signal }, staff, clocks);
    const evidence = {
      ...(await gather(mongo, world)),
      history: load.history,
      canaries: world.canaries,
    };
    const verdict = [...judge(evidence), { rule: 'the system comes to rest', violations: moving }];
    const outcome = { struck, deaths: keeper.deaths, history: load.history, verdict };
    for (const line of [...figures(outcome), sizes(evidence), ...verdictLines(verdict)]) say(line);
    return outcome;
  } finally {
    await mongo.close();
  }
}
