import type { Db } from 'mongodb';
import type { System } from '../../stack/embedded-stack.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import { connectMongo } from '../../src/adapters/mongo/connection.ts';
import { judge } from './checker.ts';
import { createClocks, runClocks } from './clocks.ts';
import { dailyTariff } from './daily-tariff.ts';
import { gather } from './gather.ts';
import { type Blow, createBlows, deal, plant } from './killer.ts';
import { type Load, startLoad } from './load.ts';
import { pause } from './pause.ts';
import { createRandom, type Random } from './random.ts';
import { figures, sizes, type Struck, verdictLines } from './report.ts';
import { rest } from './rest.ts';
import { openWorld, type World } from './world.ts';

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

type Scene = { readonly world: World; readonly load: Load; readonly db: Db; readonly signal: AbortSignal };

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
  const { load, signal } = scene;
  const midCharge = blow.isKill ? await awaitMidCharge(scene) : 0;
  const since = load.tick();
  const struckMs = performance.now();
  const awaitRecovery = blow.strike();
  const recovered = awaitRecovery();
  const served = waitUntil(() => load.isServedSince(since), { timeoutMs: recoveryMsMax, intervalMs: pollMs, signal });
  const recoveryMs = served.then((isServed) => {
    if (!isServed) throw new Error(`${blow.kind}: no purchase was answered for ${recoveryMsMax / 1_000} s`);
    return performance.now() - struckMs;
  });
  const [ms] = await Promise.all([recoveryMs, recovered]);
  return { kind: blow.kind, isKill: blow.isKill, midCharge, recoveryMs: ms };
}

async function strike(scene: Scene, cycles: number, random: Random, say: (line: string) => void): Promise<Struck[]> {
  const struck: Struck[] = [];
  const blows = deal(createBlows(scene.world.keeper, scene.world.sandbox), random);
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    await pause(betweenBlowsMs + random.below(betweenBlowsMs), scene.signal);
    const one = await hit(scene, blows.next().value);
    struck.push(one);
    say(
      `  ${String(cycle).padStart(3)}/${cycles}  ${one.kind.padEnd(30)} ${one.midCharge} being sent, ` +
        `served again after ${(one.recoveryMs / 1_000).toFixed(1)} s`,
    );
  }
  return struck;
}

export type Plan = { readonly cycles: number; readonly seed: number };

/** Load, blows, rest, checks. Returns whether every rule held. */
export async function chaos({ cycles, seed }: Plan, supervised: System): Promise<boolean> {
  const { say, signal } = supervised;
  const world = await openWorld(supervised);
  const mongo = await connectMongo({ url: world.mongodb, serverSelectionTimeoutMs: 30_000 });
  try {
    const staff = { api: world.api, headers: world.staff };
    const clocks = await createClocks(staff, clocksCount);
    const random = createRandom(seed);
    const tariffId = await dailyTariff(world.api);
    const load = startLoad({ ...world, tariffId, clocks, random: createRandom(seed + 1), clients: clientsCount });
    const stopClocks = runClocks(staff, clocks);
    const scene = { world, load, db: mongo.db, signal };
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
    for (const line of figures(struck, world.keeper.deaths, load.history)) say(line);
    for (const line of [sizes(evidence), ...verdictLines(verdict)]) say(line);
    return verdict.every(({ violations }) => violations.length === 0);
  } finally {
    await mongo.close();
    await world.keeper.stop();
  }
}
