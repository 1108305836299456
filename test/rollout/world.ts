import { randomUUID } from 'node:crypto';
import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import type { System } from '../../stack/embedded-stack.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import type { Applied } from './releases.ts';
import type { Docker } from '../../tools/containers/docker.ts';
import { goodCard } from '../chaos/load.ts';
import { ofKind, type Pod } from '../unit/containers/k8s/resource.ts';
import { type Cluster, openCluster } from './kubelet/open-cluster.ts';
import { openService } from './open-service.ts';

/** What production's platform provides: the same containers that `npm run containers` tries, without our processes. */
const servers = ['kafka', 'mongodb', 'registry'] as const;
const label = 'cinema-billing.rollout';
const network = 'cinema-billing-trial_default';
const callMsMax = 90_000;
const upMsMax = 5 * 60_000;
const pollMs = 500;

export type World = {
  readonly cluster: Cluster;
  readonly api: string;
  readonly sandbox: string;
  readonly brokers: string;
  readonly mongodb: string;
  readonly logs: readonly string[];
  readonly email: string;
  readonly canaries: readonly { readonly name: string; readonly text: string }[];
  readonly staff: Readonly<Record<string, string>>;
  readonly tokenOf: (userId: string) => Promise<string>;
};

const development = { BILLING_ENV: 'development' };

/** Runs the work among servers that are up, and leaves nothing behind. */
export async function inWorld(
  docker: Docker,
  system: System,
  { manifests, sources }: Applied,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const call = { log: 'rollout', timeoutMs: callMsMax };
  const last = { ...call, evenIfStopped: true };
  const clear = async (): Promise<void> => {
    const left = (await docker.docker(['ps', '--all', '--quiet', '--filter', `label=${label}`], last)).split('\n');
    const ids = left.filter((id) => id !== '');
    if (ids.length > 0) await docker.docker(['rm', '--force', ...ids], last);
    await docker.compose(['down', '--volumes', '--remove-orphans', '--timeout', '5'], last);
  };
  const services: (() => Promise<void>)[] = [];
  await clear();
  try {
    await docker.compose(['up', '--detach', '--no-build', ...servers], { ...call, timeoutMs: upMsMax });
    await awaitHealthy(docker, system);
    const gateway = (
      await docker.docker(['network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', network], call)
    ).trim();
    const offered = ofKind(manifests, 'Service');
    const hosts = offered.flatMap(({ metadata }) => ['--add-host', `${metadata.name}:${gateway}`]);
    const cluster = openCluster({ docker, sources, args: ['--label', label, '--network', network, ...hosts] });
    for (const { metadata, spec } of offered) {
      const [port] = spec.ports ?? [];
      const endpoints = () =>
        cluster
          .pods()
          .filter((pod) => pod.owner === metadata.name && pod.isServing())
          .map((pod) => ({ host: pod.ip(), port: portOf(pod.template, String(port?.targetPort)) }));
      services.push(await openService({ host: gateway, port: port?.port ?? 0 }, endpoints));
    }
    const world = await describeWorld(cluster, gateway, system);
    try {
      await Promise.race([work(world), cluster.broken]);
    } finally {
      await cluster.close();
    }
  } finally {
    for (const close of services) await close();
    await clear();
  }
}

const portOf = ({ spec }: Pod, name: string): number =>
  spec.containers[0].ports?.find((port) => port.name === name)?.containerPort ?? 0;

async function awaitHealthy(docker: Docker, { signal }: System): Promise<void> {
  const call = { log: 'rollout', timeoutMs: callMsMax };
  const ids = (await Promise.all(servers.map((server) => docker.containersOf(server, call)))).flat();
  const areHealthy = async (): Promise<boolean> => {
    const states = await docker.docker(['inspect', '--format', '{{.State.Health.Status}}', ...ids], call);
    return states
      .trim()
      .split('\n')
      .every((state) => state === 'healthy');
  };
  if (!(await waitUntil(areHealthy, { timeoutMs: upMsMax, intervalMs: pollMs, signal })))
    throw new StackFailure('Kafka, MongoDB and the registry did not become healthy.');
}

async function describeWorld(cluster: Cluster, gateway: string, { ports, folders }: System): Promise<World> {
  const token = await createDevelopmentToken({ userId: randomUUID(), superuser: true }, development);
  const email = `canary-${randomUUID()}@example.org`;
  return {
    cluster,
    api: `http://${gateway}`,
    sandbox: `http://${gateway}:8090`,
    brokers: `127.0.0.1:${ports.kafka}`,
    mongodb: `mongodb://127.0.0.1:${ports.mongodb}/billing?directConnection=true`,
    logs: [folders.logs],
    email,
    canaries: [
      { name: 'a token', text: token },
      { name: 'a card number', text: goodCard },
      { name: 'an e-mail address', text: email },
    ],
    staff: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    tokenOf: (userId) => createDevelopmentToken({ userId }, development),
  };
}
