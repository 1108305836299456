import type { System } from '../../stack/embedded-stack.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import type { Asked } from '../chaos/evidence.ts';
import type { Row } from './counts.ts';
import type { Cluster } from './kubelet/open-cluster.ts';
import type { Manifest } from './kubelet/shapes.ts';

type History = readonly Asked[];

/** A start on a loaded machine, the startup probe's 120 s and a back-off or two. */
const stepMsMax = 8 * 60_000;
const pollMs = 100;
const apiName = 'cinema-billing-api';
/** A consumer, and the API: both need Kafka to be ready. */
const tried = ['cinema-billing-consumers-commands', apiName];
const nowhere = { name: 'KAFKA_BROKERS', value: 'broker-that-is-not-there:9092' };

/** The provider is no part of what is deployed: it neither rolls nor moves, and keeps its books in memory. */
const isOurs = ({ metadata }: { readonly metadata: { readonly name: string } }): boolean => metadata.name !== 'sandbox';
const isDeployment = (one: Manifest): boolean => one.kind === 'Deployment' && isOurs(one);
const namesOf = (manifests: readonly Manifest[]): readonly string[] =>
  manifests.filter(isDeployment).map(({ metadata }) => metadata.name);
/** A release ends with the API (docs/running.md). */
const byOrder = (one: Manifest, other: Manifest): number =>
  Number(one.metadata.name === apiName) - Number(other.metadata.name === apiName);
const isJob = ({ kind }: Manifest): boolean => kind === 'Job';

/** What is done to the pods, each with the figures of the time that it took. */
export function createSteps(cluster: Cluster, { say, signal }: System) {
  const serving = (): number => cluster.pods().filter((pod) => pod.owner === apiName && pod.isReady()).length;

  async function step(name: string, history: History, work: (until: Until) => Promise<string>): Promise<Row> {
    const [startedMs, from] = [performance.now(), history.length];
    let leastReady = serving();
    const until: Until = async (what, holds) => {
      const probe = (): boolean => {
        leastReady = Math.min(leastReady, serving());
        return holds();
      };
      const isSo = waitUntil(probe, { timeoutMs: stepMsMax, intervalMs: pollMs, signal });
      if (!(await Promise.race([isSo, cluster.broken])))
        throw new StackFailure(
          `${name}: ${what} did not come within ${stepMsMax / 60_000} minutes.`,
          describe(cluster),
        );
    };
    const note = await work(until);
    const asked = history.slice(from);
    const row = {
      step: name,
      seconds: Math.round((performance.now() - startedMs) / 1000),
      requests: asked.length,
      failed: asked.filter(({ result }) => result === 'unknown').length,
      leastReadyApi: leastReady,
      note,
    };
    say(`  ${name}: ${row.seconds} s, ${row.requests} requests, ${row.failed} failed; ${note}`);
    return row;
  }

  /** What a release has: the provider's stand-in is applied once and stays. */
  const apply = (manifests: readonly Manifest[], name: string): void => cluster.apply(manifests.filter(isOurs), name);

  /** Deploy step, then consumers and jobs, then the API; one after the other, as two cores are few for seven starts at once. */
  async function release(until: Until, manifests: readonly Manifest[], name: string): Promise<void> {
    for (const job of manifests.filter(isJob)) await cluster.runJob(job, name);
    apply(
      manifests.filter((one) => !isDeployment(one)),
      name,
    );
    for (const one of manifests.filter(isDeployment).toSorted(byOrder)) {
      apply([one], name);
      await until(`the roll of ${one.metadata.name}`, () => cluster.isRolled([one.metadata.name]));
    }
  }

  return {
    startProvider: async (manifests: readonly Manifest[]): Promise<void> => {
      const [name] = ['sandbox'];
      cluster.apply(
        manifests.filter((one) => !isOurs(one)),
        name,
      );
      if (!(await waitUntil(() => cluster.isRolled([name]), { timeoutMs: stepMsMax, intervalMs: pollMs, signal })))
        throw new StackFailure('The sandbox did not start.', describe(cluster));
    },
    comeUp: (manifests: readonly Manifest[], name: string): Promise<Row> =>
      step('the production overlay comes up', [], async (until) => {
        await release(until, manifests.filter(isOurs), name);
        const restarts = cluster.pods().reduce((sum, pod) => sum + pod.restarts(), 0);
        return `${cluster.pods().length} pods ready, ${restarts} restarts`;
      }),
    awaitPurchases: async (history: History, count: number): Promise<void> => {
      const isServed = (): boolean => history.filter(({ status }) => status === 200).length >= count;
      if (!(await waitUntil(isServed, { timeoutMs: stepMsMax, intervalMs: pollMs, signal })))
        throw new StackFailure(`${count} purchases were not answered.`);
    },
    roll: (history: History, manifests: readonly Manifest[], name: string): Promise<Row> =>
      step('a roll under load', history, async (until) => {
        await release(until, manifests, name);
        return `${namesOf(manifests).length} Deployments replaced`;
      }),
    /** Every new pod must have failed before the step is over, so that a roll that went on would have gone on. */
    neverReady: (history: History, manifests: readonly Manifest[]): Promise<Row> =>
      step('a release that never gets ready', history, async (until) => {
        const broken = manifests
          .filter(({ metadata }) => tried.includes(metadata.name))
          .filter(isDeployment)
          .map(withoutKafka);
        const before = cluster.pods().filter((pod) => namesOf(broken).includes(pod.owner));
        apply(broken, 'broken');
        const started = () => cluster.pods().filter(({ release: one }) => one === 'broken');
        const wasReady = (): boolean => started().some((pod) => pod.isReady());
        const haveFailed = (): boolean => started().length > 0 && started().every((pod) => pod.restarts() > 0);
        await until('a failure of each new pod', () => wasReady() || haveFailed());
        const kept = before.filter((pod) => pod.isReady()).length;
        if (wasReady() || kept < before.length || started().length !== broken.length)
          throw new StackFailure('The roll went on although its pods were never ready.', describe(cluster));
        return `${started().length} new pods, one of each Deployment, none ready; all ${kept} old ones kept`;
      }),
    rollBack: (history: History, manifests: readonly Manifest[], name: string): Promise<Row> =>
      step('back to the release before', history, async (until) => {
        apply(manifests, name);
        await until('the way back', () => cluster.isRolled(namesOf(manifests)));
        return 'only the pods that were never ready ended';
      }),
    drain: (history: History, node: string): Promise<Row> =>
      step(`a drain of ${node}`, history, async (until) => {
        const owners = [...new Set(cluster.pods().map(({ owner }) => owner))];
        const isMoved = ({ owner }: { readonly owner: string }): boolean => owner !== 'sandbox';
        const moved = cluster.pods().filter((pod) => pod.node === node && isMoved(pod)).length;
        const draining = cluster.drain(node, isMoved);
        let refused: number | null = null;
        void draining.then(
          (count) => (refused = count),
          () => undefined,
        );
        await until('an empty node', () => refused !== null && cluster.isRolled(owners));
        cluster.uncordon();
        return `${moved} pods evicted, ${String(refused)} times a budget said not yet`;
      }),
  };
}

type Until = (what: string, holds: () => boolean) => Promise<void>;

/** The usual mistake of a release: a wrong address. The process starts, and is of no use. */
function withoutKafka(manifest: Manifest): Manifest {
  const { template } = manifest.spec;
  const [container] = template.spec.containers;
  const containers = [{ ...container, env: [...(container.env ?? []), nowhere] }] as const;
  return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}

const describe = (cluster: Cluster): readonly string[] =>
  cluster
    .pods()
    .map(
      (pod) =>
        `${pod.name}: ${pod.isReady() ? 'ready' : 'not ready'}, ${pod.restarts()} restarts${pod.isEnding() ? ', ending' : ''}`,
    );
