import { setTimeout as pause } from 'node:timers/promises';
import { finds } from '../../unit/containers/k8s/resource.ts';
import { mayEvict, nextStep } from './next-step.ts';
import type { Manifest } from './shapes.ts';
import { type Node, type Pod, startPod } from './start-pod.ts';

export type Cluster = {
  /** Deployments are replaced by those of the same name, and roll. Budgets and autoscalers come with them. */
  readonly apply: (manifests: readonly Manifest[], release: string) => void;
  readonly runJob: (job: Manifest, release: string) => Promise<void>;
  readonly pods: () => readonly Pod[];
  /** All pods of the Deployments are of the release and ready, and no other is left. */
  readonly isRolled: (owners: readonly string[]) => boolean;
  /** Evicts such pods of the node as the budgets allow; returns how often one of them refused. */
  readonly drain: (node: string, isMoved: (pod: Pod) => boolean) => Promise<number>;
  readonly uncordon: () => void;
  readonly ends: readonly { readonly owner: string; readonly ms: number; readonly exitCode: number | null }[];
  /** Rejects when a pod could not be run or ended. */
  readonly broken: Promise<never>;
  readonly close: () => Promise<void>;
};

const nodes = ['node-a', 'node-b'] as const;
const tickMs = 200;
/** The default of Kubernetes, where a Deployment names no number. */
const oneReplica = 1;

export function openCluster(place: Node): Cluster {
  const known = new Map<string, { readonly manifest: Manifest; readonly release: string }>();
  const pods = new Set<Pod>();
  const ends: { owner: string; ms: number; exitCode: number | null }[] = [];
  const closing = new AbortController();
  const cordoned = new Set<string>();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  let counter = 0;

  const ofKind = (...kinds: string[]) => [...known.values()].filter(({ manifest: { kind } }) => kinds.includes(kind));
  const standing = (owner: string): Pod[] => [...pods].filter((pod) => pod.owner === owner && !pod.isEnding());
  /** Autoscalers stay at their least: what is tried is the roll, and not the load at which they would scale. */
  const replicasOf = ({ metadata: { name }, spec }: Manifest): number => {
    const scalers = ofKind('HorizontalPodAutoscaler', 'ScaledObject').map(({ manifest }) => manifest.spec);
    const scaler = scalers.find((one) => one.scaleTargetRef?.name === name);
    return scaler?.minReplicas ?? scaler?.minReplicaCount ?? spec.replicas ?? oneReplica;
  };

  function start({ metadata, spec }: Manifest, release: string): Pod {
    const onNode = (node: string): number => standing(metadata.name).filter((pod) => pod.node === node).length;
    const open = nodes.filter((node) => !cordoned.has(node)).sort((one, other) => onNode(one) - onNode(other));
    const name = `${metadata.name}-${release}-${(counter += 1)}`;
    const plan = { name, owner: metadata.name, node: open[0] ?? nodes[0], release, template: spec.template };
    const pod = startPod(place, plan);
    pods.add(pod);
    pod.over.catch(broken.reject);
    return pod;
  }

  async function end(pod: Pod): Promise<void> {
    try {
      ends.push({ owner: pod.owner, ms: await pod.end(), exitCode: pod.exitCode() });
      pods.delete(pod);
    } catch (error) {
      broken.reject(error);
    }
  }

  function act(): void {
    for (const { manifest, release } of ofKind('Deployment')) {
      const own = standing(manifest.metadata.name);
      const { maxSurge, maxUnavailable } = manifest.spec.strategy?.rollingUpdate ?? { maxSurge: 1, maxUnavailable: 0 };
      const strategy = { replicas: replicasOf(manifest), maxSurge, maxUnavailable };
      const seen = own.map((pod) => ({ pod, isCurrent: pod.release === release, isReady: pod.isReady() }));
      const step = nextStep(seen, strategy);
      const old = seen
        .filter(({ isCurrent }) => !isCurrent)
        .sort((one, other) => Number(one.isReady) - Number(other.isReady));
      for (const { pod } of old.slice(0, step.end)) void end(pod);
      for (let started = 0; started < step.start; started += 1) start(manifest, release);
    }
  }

  async function control(): Promise<void> {
    while (!closing.signal.aborted) {
      act();
      await pause(tickMs);
    }
  }
  const controlling = control();
  controlling.catch(broken.reject);

  function evict(pod: Pod): boolean {
    const { labels } = pod.template.metadata;
    const owner = known.get(`Deployment/${pod.owner}`)?.manifest;
    const budget = ofKind('PodDisruptionBudget').find(({ manifest }) =>
      finds(manifest.spec.selector?.matchLabels, labels),
    );
    const ready = standing(pod.owner).filter((one) => one.isReady()).length;
    const limit = budget?.manifest.spec.maxUnavailable ?? Infinity;
    if (owner !== undefined && !mayEvict(ready, replicasOf(owner), limit)) return false;
    void end(pod);
    return true;
  }

  return {
    pods: () => [...pods],
    ends,
    broken: broken.promise,
    apply: (manifests, release) => {
      for (const manifest of manifests) known.set(`${manifest.kind}/${manifest.metadata.name}`, { manifest, release });
    },
    runJob: async (job, release) => {
      const { backoffLimit = 6, activeDeadlineSeconds = Infinity } = job.spec;
      const deadlineMs = performance.now() + activeDeadlineSeconds * 1000;
      for (let failures = 0; failures <= backoffLimit && performance.now() < deadlineMs; failures += 1) {
        const pod = start(job, release);
        await pod.over;
        await end(pod);
        if (pod.exitCode() === 0) return;
      }
      throw new Error(`The job ${job.metadata.name} failed ${backoffLimit + 1} times`);
    },
    isRolled: (owners) =>
      owners.every((owner) => {
        const one = known.get(`Deployment/${owner}`);
        const own = [...pods].filter((pod) => pod.owner === owner);
        const isCurrent = own.every((pod) => pod.release === one?.release && pod.isReady());
        return one !== undefined && isCurrent && own.length === replicasOf(one.manifest);
      }),
    drain: async (node, isMoved) => {
      cordoned.add(node);
      let refused = 0;
      const left = (): Pod[] => [...pods].filter((pod) => pod.node === node && isMoved(pod));
      while (left().length > 0 && !closing.signal.aborted) {
        for (const pod of left()) if (!pod.isEnding() && !evict(pod)) refused += 1;
        await Promise.race([pause(tickMs), broken.promise]);
      }
      return refused;
    },
    uncordon: () => cordoned.clear(),
    close: async () => {
      closing.abort();
      await controlling;
      await Promise.all([...pods].map(end));
    },
  };
}
