import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { indexBuildMs } from '../../../../src/composition/run-migration.ts';
import { stopBounds } from '../../../../src/composition/stop-bounds.ts';
import { projectRoot, textOf } from '../project.ts';
import { containerOf, deploymentsOf, ofKind, type Workload, workloadsOf } from './resource.ts';
import type { Rule } from './rule.ts';

const nameOf = ({ metadata }: Workload): string => metadata.name;
const named = (workloads: readonly Workload[], isBroken: (one: Workload) => boolean): readonly string[] =>
  workloads.filter(isBroken).map(nameOf);

/** `256Mi` and the like in bytes, `100m` and the like in thousandths. */
function quantity(text = ''): number {
  const [, digits = '', unit = ''] = /^(\d+)(m|Ki|Mi|Gi)?$/.exec(text) ?? [];
  const factors: Readonly<Record<string, number>> = { m: 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, '': 1_000 };
  return Number(digits || Number.NaN) * (factors[unit] ?? Number.NaN);
}

const portNames = (workload: Workload): readonly unknown[] =>
  containerOf(workload).ports?.flatMap(({ name, containerPort }) => [name, containerPort]) ?? [];

const preStopMs = (workload: Workload): number =>
  (containerOf(workload).lifecycle?.preStop?.sleep?.seconds ?? 0) * 1_000;

/** What an argument asks for the heap, in bytes. Without one the image takes half of the container's memory (Dockerfile). */
const heapOf = (workload: Workload): number =>
  containerOf(workload).args.reduce((bytes, argument) => {
    const [, mebibytes] = /^--max-old-space-size=(\d+)$/.exec(argument) ?? [];
    return mebibytes === undefined ? bytes : Number(mebibytes) * 2 ** 20;
  }, 0);

/** The process that an argument starts; options of Node come before it. */
const programOf = (workload: Workload): string => containerOf(workload).args.at(-1) ?? '';

/** Rules about one workload each. */
export const podRules: Readonly<Record<string, Rule>> = {
  'a container starts a program that there is': (resources) =>
    named(
      // In a pod for people nothing runs until a person starts it.
      workloadsOf(resources).filter(({ kind }) => kind !== 'CronJob'),
      (one) => !existsSync(join(projectRoot, programOf(one))),
    ),
  'a port is a port': (resources) =>
    named(workloadsOf(resources), (one) =>
      (containerOf(one).ports ?? []).some(({ containerPort }) => !(containerPort > 0 && containerPort < 65_536)),
    ),
  'readiness is health, liveness is live, on a port that the container has': (resources) =>
    named(
      deploymentsOf(resources).filter((one) => programOf(one) !== 'sandbox/main.ts'),
      (one) => {
        const { startupProbe, readinessProbe, livenessProbe } = containerOf(one);
        const probes = [startupProbe, readinessProbe, livenessProbe];
        const paths = probes.map((probe) => probe?.httpGet.path).join();
        return (
          paths !== '/health,/health,/live' || probes.some((probe) => !portNames(one).includes(probe?.httpGet.port))
        );
      },
    ),
  'memory is requested and limited, and CPU has no limit': (resources) =>
    named(workloadsOf(resources), (one) => {
      const { requests, limits } = containerOf(one).resources ?? {};
      const isOrdered = quantity(requests?.memory) <= quantity(limits?.memory);
      return !isOrdered || !(quantity(requests?.cpu) > 0) || limits?.cpu !== undefined;
    }),
  'a heap leaves half of the memory to what is outside of it': (resources) =>
    named(workloadsOf(resources), (one) => heapOf(one) > quantity(containerOf(one).resources?.limits?.memory) / 2),
  'a stop has the time that it needs': (resources) =>
    named(workloadsOf(resources), (one) => {
      const graceMs = (one.spec.template.spec.terminationGracePeriodSeconds ?? 30) * 1_000;
      return graceMs < stopBounds.wholeMs + preStopMs(one);
    }),
  'a pod behind a service waits until no request comes': (resources) => {
    const selectors = ofKind(resources, 'Service').map(({ spec }) => JSON.stringify(spec.selector));
    const isServed = (one: Workload) => selectors.includes(JSON.stringify(one.spec.template.metadata.labels));
    return named(
      deploymentsOf(resources).filter((one) => isServed(one) && programOf(one) !== 'sandbox/main.ts'),
      (one) => preStopMs(one) === 0,
    );
  },
  'a pod keeps to the restricted standard': (resources) =>
    named(workloadsOf(resources), (one) => {
      const { securityContext: pod, automountServiceAccountToken: token } = one.spec.template.spec;
      const { securityContext: own } = containerOf(one);
      const isPodSafe = pod?.runAsNonRoot === true && pod.seccompProfile?.type === 'RuntimeDefault' && token === false;
      const isOwnSafe = own?.allowPrivilegeEscalation === false && own.readOnlyRootFilesystem === true;
      return !isPodSafe || !isOwnSafe || own.capabilities?.drop?.join() !== 'ALL';
    }),
  'a service account is there, and gives no token': (resources) => {
    const accounts = ofKind(resources, 'ServiceAccount').filter((one) => one.automountServiceAccountToken === false);
    const names = accounts.map(({ metadata }) => metadata.name);
    return named(workloadsOf(resources), (one) => !names.includes(one.spec.template.spec.serviceAccountName ?? ''));
  },
  'one image for all, by a version': (resources) => {
    const images = new Set(workloadsOf(resources).map((one) => containerOf(one).image));
    const isPinned = (image: string) => /(?::(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(image);
    return images.size === 1 ? [...images].filter((image) => !isPinned(image)) : [...images];
  },
  'a roll removes no pod before its successor is ready': (resources) =>
    named(deploymentsOf(resources), (one) => {
      const { maxUnavailable, maxSurge } = one.spec.strategy?.rollingUpdate ?? { maxUnavailable: 0, maxSurge: 1 };
      return maxUnavailable > 0 || maxSurge < 1;
    }),
  'the deploy step is named by its version': (resources) => {
    const { version } = JSON.parse(textOf('package.json')) as { readonly version: string };
    const jobs = workloadsOf(resources).filter(({ kind }) => kind === 'Job');
    const right = named(
      jobs,
      ({ metadata }) => metadata.name === `cinema-billing-migrate-${version.replaceAll('.', '-')}`,
    );
    return right.length === 1 ? [] : jobs.map(nameOf);
  },
  'the deploy step may run as long as it waits for an index': (resources) =>
    workloadsOf(resources)
      .filter((one) => programOf(one) === 'src/migrate.ts')
      .filter(({ spec }) => (spec.activeDeadlineSeconds ?? Infinity) * 1_000 !== indexBuildMs)
      .map(nameOf),
  'pods are spread over hosts and zones': (resources) =>
    named(deploymentsOf(resources), (one) => {
      const spread = one.spec.template.spec.topologySpreadConstraints ?? [];
      const isFound = spread.every(({ labelSelector: { matchLabels } }) =>
        Object.entries(matchLabels).every(([name, value]) => one.spec.template.metadata.labels[name] === value),
      );
      const keys = spread.map(({ topologyKey }) => topologyKey).join();
      const isAlone = programOf(one) === 'sandbox/main.ts';
      return !isAlone && (!isFound || keys !== 'kubernetes.io/hostname,topology.kubernetes.io/zone');
    }),
};
