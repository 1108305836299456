import type { System } from '../../stack/embedded-stack.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import type { Asked } from '../chaos/evidence.ts';
import { containerOf, deploymentsOf, type Resource, workloadsOf } from '../unit/containers/k8s/resource.ts';
import type { Row } from './counts.ts';
import type { Cluster, nodes } from './kubelet/open-cluster.ts';
import { withContainer } from './releases.ts';

type History = readonly Asked[];
type Until = (what: string, holds: () => boolean) => Promise<void>;

/** Fourteen starts at once on two busy cores took 142 s. */
const stepMsMax = 8 * 60_000;
const pollMs = 100;
const apiName = 'cinema-billing-api';
/** A consumer, and the API. */
const tried = ['cinema-billing-consumers-commands', apiName];
const broken = 'broken';
/** A process refuses it when it starts. One that waits for a server that is not there would wait for ten minutes. */
const refused = { name: 'KAFKA_BROKERS', value: 'kafka' };

/** The provider is no part of what is deployed: it neither rolls nor moves, and keeps its books in memory. */
const isProvider = (name: string): boolean => name === 'sandbox';
const isOurs = ({ metadata }: Resource): boolean => !isProvider(metadata.name);
const namesOf = (manifests: readonly Resource[]): readonly string[] =>
  deploymentsOf(manifests).map(({ metadata }) => metadata.name);
/** A release ends with the API (docs/running.md). */
const byOrder = (one: Resource, other: Resource): number =>
  Number(one.metadata.name === apiName) - Number(other.metadata.name === apiName);

/** What is done to the pods, each with the figures of the time that it took. */
export function createSteps(cluster: Cluster, { say, signal, folders }: System) {
  const serving = (): number => cluster.pods().filter((pod) => pod.owner === apiName && pod.isReady()).length;
  const restarts = (): number => cluster.pods().reduce((sum, pod) => sum + pod.restarts(), 0);

  const untilIn =
    (step: string, look: () => void): Until =>
    async (what, holds) => {
      const probe = (): boolean => {
        look();
        return holds();
      };
      const isSo = waitUntil(probe, { timeoutMs: stepMsMax, intervalMs: pollMs, signal });
      if (!(await Promise.race([isSo, cluster.broken])))
        throw new StackFailure(
          `${step}: ${what} did not come within ${stepMsMax / 60_000} minutes.`,
          describe(cluster),
        );
    };

  async function step(name: string, history: History, work: (until: Until) => Promise<string>): Promise<Row> {
    const [startedMs, from] = [performance.now(), history.length];
    let leastReady = serving();
    const note = await work(untilIn(name, () => (leastReady = Math.min(leastReady, serving()))));
    const asked = history.slice(from);
    const unanswered = asked.filter(({ result }) => result === 'unknown');
    const row = {
      step: name,
      seconds: Math.round((performance.now() - startedMs) / 1000),
      requests: asked.length,
      failed: unanswered.length,
      leastReadyApi: leastReady,
      note,
    };
    say(`  ${name}: ${row.seconds} s, ${row.requests} requests, ${row.failed} failed; ${note}`);
    for (const { what, status, lostBy, userId } of unanswered)
      say(`    ${what}: ${status ?? `no answer (${lostBy ?? ''})`}, ${userId}`);
    return row;
  }

  /** The deploy step has as many tries as its Job grants; how many it needed. */
  async function prepare(manifests: readonly Resource[], name: string): Promise<number> {
    const [job] = workloadsOf(manifests).filter(({ kind }) => kind === 'Job');
    const { backoffLimit = 6 } = job?.spec ?? {};
    for (let tried = 1; job !== undefined && tried <= backoffLimit + 1; tried += 1)
      if ((await cluster.runJob(job, name)) === 0) return tried;
    throw new StackFailure(`The deploy step of ${name} failed each time; its logs are in ${folders.logs}.`);
  }

  return {
    startProvider: async (manifests: readonly Resource[]): Promise<void> => {
      cluster.apply(
        manifests.filter((one) => !isOurs(one)),
        'provider',
      );
      await untilIn('the provider', () => undefined)('a ready sandbox', () => cluster.isRolled('sandbox'));
    },
    /** Everything is applied at once, as `kubectl apply -k` does it. */
    comeUp: (manifests: readonly Resource[], name: string): Promise<Row> =>
      step('the production overlay comes up', [], async (until) => {
        const ours = manifests.filter(isOurs);
        cluster.apply(ours, name);
        const ready = until('a ready system', () => namesOf(ours).every(cluster.isRolled));
        const [tries] = await Promise.all([prepare(ours, name), ready]);
        return `${cluster.pods().length} pods ready, the provider's included; the deploy step tried ${tries} times, ${restarts()} restarts`;
      }),
    awaitPurchases: async (history: History, count: number): Promise<void> => {
      const isServed = (): boolean => history.filter(({ status }) => status === 200).length >= count;
      await untilIn('the load', () => undefined)(`${count} answered purchases`, isServed);
    },
    /** One Deployment after the other, as two cores are few for seven starts beside the load. */
    roll: (history: History, manifests: readonly Resource[], name: string): Promise<Row> =>
      step('a roll under load', history, async (until) => {
        const ours = manifests.filter(isOurs);
        await prepare(ours, name);
        cluster.apply(
          ours.filter(({ kind }) => kind !== 'Deployment'),
          name,
        );
        for (const one of deploymentsOf(ours).toSorted(byOrder)) {
          cluster.apply([one], name);
          await until(`the roll of ${one.metadata.name}`, () => cluster.isRolled(one.metadata.name));
        }
        return `${namesOf(ours).length} Deployments replaced`;
      }),
    /** Every new pod must have failed before the step is over, so that a roll that went on would have gone on. */
    neverReady: (history: History, manifests: readonly Resource[]): Promise<Row> =>
      step('a release that never gets ready', history, async (until) => {
        // The usual mistake of a release: a setting that is wrong, here without its port.
        const wrong = deploymentsOf(manifests)
          .filter(({ metadata }) => tried.includes(metadata.name))
          .map((one) => withContainer(one, { env: [...(containerOf(one).env ?? []), refused] }));
        const before = cluster.pods().filter((pod) => tried.includes(pod.owner));
        cluster.apply(wrong, broken);
        const started = () => cluster.pods().filter(({ release }) => release === broken);
        const wasReady = (): boolean => started().some((pod) => pod.isReady());
        const haveFailed = (): boolean => started().length > 0 && started().every((pod) => pod.exitCode() !== null);
        await until('a failure of each new pod', () => wasReady() || haveFailed());
        const kept = before.filter((pod) => pod.isReady()).length;
        if (wasReady() || kept < before.length || started().length !== wrong.length)
          throw new StackFailure('The roll went on although its pods were never ready.', describe(cluster));
        return `${started().length} new pods, one of each Deployment, none ready; all ${kept} old ones kept`;
      }),
    rollBack: (history: History, manifests: readonly Resource[], name: string): Promise<Row> =>
      step('back to the release before', history, async (until) => {
        const ours = manifests.filter(isOurs);
        cluster.apply(ours, name);
        await until('the way back', () => namesOf(ours).every(cluster.isRolled));
        return 'only the pods that were never ready ended';
      }),
    /** As `kubectl drain` does it: asks again and again, until the budgets have let every pod go. */
    drain: (history: History, node: (typeof nodes)[number]): Promise<Row> =>
      step(`a drain of ${node}`, history, async (until) => {
        const left = () => cluster.pods().filter((pod) => pod.node === node && !isProvider(pod.owner));
        const owners = new Set(cluster.pods().map(({ owner }) => owner));
        const moved = left().length;
        let refused = 0;
        cluster.cordon(node);
        await until('an empty node', () => {
          refused += left().filter((pod) => !pod.isEnding() && !cluster.evict(pod)).length;
          return left().length === 0 && [...owners].every(cluster.isRolled);
        });
        cluster.cordon(null);
        return `${moved} pods evicted, ${refused} times a budget said not yet`;
      }),
  };
}

const describe = (cluster: Cluster): readonly string[] =>
  cluster.pods().map((pod) => {
    const ended = pod.exitCode() === null ? '' : `, ${pod.restarts()} restarts, ended with ${String(pod.exitCode())}`;
    return `${pod.name}: ${pod.isReady() ? 'ready' : 'not ready'}${ended}${pod.isEnding() ? ', being ended' : ''}`;
  });
