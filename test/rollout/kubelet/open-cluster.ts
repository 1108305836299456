import { finds, type Resource, type Workload } from '../../unit/containers/k8s/resource.ts';
import { mayEvict, nextStep } from './next-step.ts';
import { type Place, type RunningPod, startPod } from './start-pod.ts';

export type Cluster = ReturnType<typeof openCluster>;
/** They share this machine. */
export const nodes = ['node-a', 'node-b'] as const;
type Node = (typeof nodes)[number];
const tickMs = 200;
type Known = { readonly manifest: Resource; readonly release: string };

export function openCluster(place: Place) {
  const known = new Map<string, Known>();
  const pods = new Set<RunningPod>();
  const ends: { readonly ms: number; readonly exitCode: number | null }[] = [];
  let cordoned: Node | null = null;
  const { promise: broken, reject: giveUp } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  let started = 0;
  const ofKind = (wanted: string) => [...known.values()].filter(({ manifest: { kind } }) => kind === wanted);
  const standing = (owner: string) => [...pods].filter((pod) => pod.owner === owner && !pod.isEnding());

  function start({ metadata: { name: owner }, spec: { template } }: Workload, release: string): RunningPod {
    const onNode = (node: Node): number => standing(owner).filter((pod) => pod.node === node).length;
    const open = nodes.filter((node) => node !== cordoned).sort((one, other) => onNode(one) - onNode(other));
    const name = `${owner}-${release}-${(started += 1)}`;
    const pod = startPod(place, { name, owner, node: open[0] ?? nodes[0], release, template });
    pods.add(pod);
    pod.over.catch(giveUp);
    return pod;
  }

  const end = (pod: RunningPod): Promise<void> =>
    pod.end().then((ms) => {
      ends.push({ ms, exitCode: pod.exitCode() });
      pods.delete(pod);
    }, giveUp);

  function act({ manifest, manifest: { metadata, spec }, release }: Known): void {
    const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? { maxSurge: 1, maxUnavailable: 0 };
    const isOld = (pod: RunningPod): boolean => pod.release !== release;
    const own = standing(metadata.name).sort((one, other) => Number(one.isReady()) - Number(other.isReady()));
    const seen = own.map((pod) => ({ isCurrent: !isOld(pod), isReady: pod.isReady() }));
    const step = nextStep(seen, { replicas: spec.replicas ?? 1, maxSurge, maxUnavailable });
    for (const pod of own.filter(isOld).slice(0, step.end)) void end(pod);
    for (let count = 0; count < step.start; count += 1) start(manifest as Workload, release);
  }
  const acting = setInterval(() => ofKind('Deployment').forEach(act), tickMs);

  /** Ends the pod if the budget that finds it lets it go; returns whether it did. */
  function evict(pod: RunningPod): boolean {
    const budgets = ofKind('PodDisruptionBudget').map(({ manifest }) => manifest.spec);
    const budget = budgets.find(({ selector }) => finds(selector?.matchLabels, pod.template.metadata.labels));
    const ready = standing(pod.owner).filter((one) => one.isReady()).length;
    const { replicas = 1 } = known.get(`Deployment/${pod.owner}`)?.manifest.spec ?? {};
    if (!mayEvict(ready, replicas, budget?.maxUnavailable ?? Infinity)) return false;
    void end(pod);
    return true;
  }

  return {
    pods: (): readonly RunningPod[] => [...pods],
    /** How the pods have ended that were replaced or evicted. */
    ends,
    /** Rejects when a pod could not be run or ended. */
    broken,
    /** Deployments are replaced by those of the same name, and roll. Budgets and autoscalers come with them. */
    apply: (manifests: readonly Resource[], release: string): void => {
      for (const manifest of manifests) known.set(`${manifest.kind}/${manifest.metadata.name}`, { manifest, release });
    },
    /** Resolves with the exit code of its only try. */
    runJob: async (job: Workload, release: string): Promise<number | null> => {
      const pod = start(job, release);
      await pod.over.then(() => end(pod));
      return pod.exitCode();
    },
    /** All pods of the Deployment are of its release and ready, and no other is left. */
    isRolled: (owner: string): boolean => {
      const { manifest, release } = known.get(`Deployment/${owner}`) ?? {};
      const own = [...pods].filter((pod) => pod.owner === owner);
      const isCurrent = own.every((pod) => pod.release === release && pod.isReady());
      return isCurrent && own.length === (manifest?.spec.replicas ?? 1);
    },
    /** No further pod comes to this node. */
    cordon: (node: Node | null) => (cordoned = node),
    evict,
    close: async (): Promise<void> => {
      clearInterval(acting);
      await Promise.all([...pods].map(end));
    },
  };
}
