import type { System } from '../../../stack/embedded-stack.ts';
import { judge } from '../checker.ts';
import { gather } from '../gather.ts';
import { readScaledObject } from './autoscaler.ts';
import { createBuyers } from './buyers.ts';
import { drain } from './drain.ts';
import type { Plan } from './plan.ts';
import { insist } from './insister.ts';
import { createPayers } from './payers.ts';
import type { Load } from '../../../sandbox/load-meter.ts';
import { judgeScaling, type Outcome } from './report.ts';
import { closeScene, openScene, type Scene } from './scene.ts';
import { sizes } from '../report.ts';

const wholeBacklog = 20_000;
/** For three pods, as the formula rounds up. */
const firstPods = 2.8;
const lateShare = 0.05;

/** A smaller backlog asks for as many pods as the whole one: the threshold shrinks with it. */
function planOf(backlog: number): Plan {
  const manifest = readScaledObject('cinema-billing-consumers-commands');
  const lagThreshold = Math.max(1, Math.round((manifest.lagThreshold * backlog) / wholeBacklog));
  const first = Math.min(backlog, Math.round(lagThreshold * firstPods));
  const late = Math.round(backlog * lateShare);
  return { scaled: { ...manifest, lagThreshold }, first, late, rest: Math.max(0, backlog - first - late) };
}

/** Consumers come and go by the lag of real orders; then everything is judged from outside. */
export async function tryScaling(backlog: number, system: System): Promise<Outcome> {
  const scene = await openScene(system);
  try {
    return await play(planOf(backlog), scene);
  } finally {
    await closeScene(scene);
  }
}

async function play(plan: Plan, scene: Scene): Promise<Outcome> {
  const { sandbox, brokers, mongo, shop, consumers, apis, system } = scene;
  const buyers = createBuyers(shop);
  const payers = createPayers(mongo.db, sandbox);
  const [looks, insisted] = await Promise.all([drain(scene, plan, { buyers, payers }), insist(shop, system.signal)]);
  const load = (await (await fetch(`${sandbox}/_sandbox/load`)).json()) as Load;
  const logs = [system.folders.logs, ...consumers.logs(), ...apis.logs()];
  const evidence = { ...(await gather(mongo, { sandbox, brokers, logs })), history: buyers.history, canaries: [] };
  consumers.scale(0);
  await consumers.settled();
  system.say(sizes(evidence));
  const verdict = [
    ...judge(evidence),
    { rule: 'every pod that left ended in order', violations: [...consumers.wrong] },
    ...judgeScaling(evidence, { load, insisted, processes: apis.running() }),
  ];
  return { plan, looks, load, insisted, paid: payers.paid(), verdict };
}
