import { join } from 'node:path';
import type { System } from '../../../stack/embedded-stack.ts';
import { endRecordedProcesses } from '../../../stack/end-processes.ts';
import type { Folders } from '../../../stack/folders.ts';
import type { Running } from '../../../stack/launch.ts';
import { findFreePorts, type Ports } from '../../../stack/ports.ts';
import { ourServices, startService } from '../../../stack/services.ts';
import { ownFolders } from '../own-folders.ts';

export type Deployment = {
  /** As many as there should be. */
  readonly replicas: () => number;
  readonly running: () => number;
  /** Pods are started, or the youngest ended in order, until there are so many; it does not wait for that. */
  readonly scale: (replicas: number) => void;
  /** Resolves when there are as many as there should be. */
  readonly settled: () => Promise<void>;
  readonly ports: () => readonly Ports[];
  /** What must not happen: a pod that did not end in order. */
  readonly wrong: readonly string[];
  readonly logs: () => readonly string[];
  /** Ends what is left, whatever has happened. */
  readonly stop: () => Promise<unknown>;
};

/** As the startup probe of a pod. */
const readyMsMax = 660_000;

type Pod = { readonly running: Running; readonly ports: Ports };

/** Pods of one Deployment: processes of a kind, each with ports and folders of its own. */
export function createDeployment(
  name: 'consumers' | 'api',
  supervised: System,
  environment: NodeJS.ProcessEnv,
): Deployment {
  const services = ourServices.groups.flat().filter((one) => one.name === name);
  const pods: Pod[] = [];
  const wrong: string[] = [];
  const folders: Folders[] = [];

  async function start(): Promise<void> {
    const place = await ownFolders(join(supervised.folders.data, `${name}-${folders.length + 1}`));
    folders.push(place);
    const { api, apiMetrics, consumersMetrics } = await findFreePorts(Object.values(supervised.ports));
    const ports = { ...supervised.ports, api, apiMetrics, consumersMetrics };
    const watch = (running: Running): void => void pods.push({ running, ports });
    const system: System = { ...supervised, ports, folders: place, say: () => undefined, watch };
    const own = { ...environment, PROJECT_PORT: String(api) };
    for (const service of services) await startService(service, system, own, readyMsMax);
  }

  async function end(): Promise<void> {
    const pod = pods.pop();
    if (pod === undefined) return;
    const { ended, hasEnded, identity, logPath } = pod.running;
    if (!hasEnded()) process.kill(identity.pid, 'SIGTERM');
    const ending = await ended;
    if (ending !== 'ended with code 0') wrong.push(`${logPath}: ${ending}`);
  }

  let replicas = 0;
  let working: Promise<void> = Promise.resolve();
  async function adjust(): Promise<void> {
    // One after the other: free ports are found by asking for them, and two cores start one process at a time.
    while (pods.length < replicas) await start();
    while (pods.length > replicas) await end();
  }

  return {
    replicas: () => replicas,
    running: () => pods.length,
    scale: (wanted) => {
      replicas = wanted;
      working = working.then(adjust);
      // A failure is thrown where the end is awaited.
      working.catch(() => undefined);
    },
    settled: () => working,
    ports: () => pods.map(({ ports }) => ports),
    wrong,
    stop: async () => {
      replicas = 0;
      await Promise.allSettled([working]);
      return Promise.all(folders.map((place) => endRecordedProcesses(place)));
    },
    logs: () => folders.map(({ logs }) => logs),
  };
}
