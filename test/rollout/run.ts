import { connectMongo } from '../../src/adapters/mongo/connection.ts';
import type { System } from '../../stack/embedded-stack.ts';
import { refuseFullDisk } from '../../stack/machine.ts';
import { buildImages } from '../../tools/containers/build-images.ts';
import { startEngine } from '../../tools/containers/engine.ts';
import { makeStandIns } from '../../tools/containers/stand-ins.ts';
import { imagesNamed } from '../../tools/containers/try-containers.ts';
import { judge } from '../chaos/checker.ts';
import { createClocks, runClocks } from '../chaos/clocks.ts';
import { dailyTariff } from '../chaos/daily-tariff.ts';
import { gather } from '../chaos/gather.ts';
import { createRandom } from '../chaos/random.ts';
import { sizes, verdictLines } from '../chaos/report.ts';
import { rest } from '../chaos/rest.ts';
import { startArrivals } from './arrivals.ts';
import { countsOf, type Row, table } from './counts.ts';
import { buildEarlier, manifestsOf, thisRelease } from './releases.ts';
import type { Resource } from '../unit/containers/k8s/resource.ts';
import { createSteps } from './steps.ts';
import { inWorld, type World } from './world.ts';

export type Plan = { readonly commit: string; readonly rate: number; readonly json: boolean };

/** Stand-ins, images and a second copy of what is being built. */
const dataNeedsMib = 6000;
/** One user in so many lives on a clock that is moved forward, so that renewals are charged during the rolls. */
const renewedOneIn = 100;
/** A buyer's whole purchase at the least, before pods are moved under the load. */
const warmPurchases = 50;

/** Up, a roll, a release that never gets ready, two drains; then the books. Returns whether all held. */
export async function rollout({ commit, rate, json }: Plan, system: System): Promise<boolean> {
  const { say, folders } = system;
  refuseFullDisk(folders.data, dataNeedsMib);
  say(`Rolling from ${commit} to this source, on an engine of its own and a small kubelet: this is not Kubernetes.`);
  say('  Node, Kafka, MongoDB, the registry and the provider are stand-ins.');
  const docker = await startEngine(system);
  await makeStandIns(docker, system, imagesNamed());
  const earlier = await buildEarlier(docker, folders.data, commit);
  await buildImages(docker, system);
  let held = false;
  const [before, after] = [manifestsOf(earlier), manifestsOf(thisRelease)];
  const all = { manifests: before.manifests, sources: new Map([...before.sources, ...after.sources]) };
  await inWorld(docker, system, all, async (world) => {
    held = await tryReleases(world, { rate, json }, [before.manifests, after.manifests], system);
  });
  return held;
}

async function tryReleases(
  world: World,
  { rate, json }: Pick<Plan, 'rate' | 'json'>,
  [before, manifests]: readonly [readonly Resource[], readonly Resource[]],
  system: System,
): Promise<boolean> {
  const { say, signal } = system;
  const steps = createSteps(world.cluster, system);
  await steps.startProvider(before);
  const rows: Row[] = [await steps.comeUp(before, 'old')];
  const mongo = await connectMongo({ url: world.mongodb, serverSelectionTimeoutMs: 30_000 });
  const staff = { api: world.api, headers: world.staff };
  const [clock = ''] = await createClocks(staff, 1);
  const clocks = [clock, ...Array<string>(renewedOneIn - 1).fill('')];
  const tariffId = await dailyTariff(world.api);
  const load = startArrivals({ ...world, tariffId, clocks, random: createRandom(1), clients: 0 }, rate);
  const stopClocks = runClocks(staff, [clock]);
  try {
    const { history } = load;
    await steps.awaitPurchases(history, warmPurchases);
    rows.push(await steps.roll(history, manifests, 'new'));
    rows.push(await steps.neverReady(history, manifests));
    rows.push(await steps.rollBack(history, manifests, 'new'));
    rows.push(await steps.drain(history, 'node-a'), await steps.drain(history, 'node-b'));
    await Promise.all([load.stop(), stopClocks()]);
    const { sandbox, brokers } = world;
    const moving = await rest({ sandbox, brokers, history, db: mongo.db, signal }, staff, [clock]);
    const evidence = { ...(await gather(mongo, world)), history, canaries: world.canaries };
    const verdict = [...judge(evidence), { rule: 'the system comes to rest', violations: moving }];
    const turnedAway = load.turnedAway();
    const counts = countsOf({ rows, history, verdict, ends: world.cluster.ends, evidence, turnedAway });
    for (const line of [...table(counts), sizes(evidence), ...verdictLines(verdict)]) say(line);
    if (json) say(JSON.stringify(counts));
    return counts.failedRequests + counts.violations + counts.killedPods + turnedAway === 0;
  } finally {
    // Not awaited: after a failure clients may wait for an API that is gone.
    void load.stop().catch(() => undefined);
    void stopClocks();
    await mongo.close();
  }
}
