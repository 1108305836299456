import { join } from 'node:path';
import type { System } from '../../stack/embedded-stack.ts';
import { endRecordedProcesses } from '../../stack/end-processes.ts';
import { createFolders } from '../../stack/folders.ts';
import type { Running } from '../../stack/launch.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { ourServices, startService } from '../../stack/services.ts';

export type Pods = {
  readonly count: () => number;
  /** Starts pods until there are so many, or ends the youngest in order, as a Deployment does. */
  readonly scale: (replicas: number) => Promise<void>;
  /** What must not happen: a pod that ended otherwise than it was told to. */
  readonly wrong: readonly string[];
  readonly logs: () => readonly string[];
  /** Ends what is left, whatever has happened. */
  readonly stop: () => Promise<unknown>;
};

/** The pods of one Deployment: consumers processes that run the named consumers. */
export function createPods(supervised: System, environment: NodeJS.ProcessEnv, consumers: string): Pods {
  const services = ourServices.groups.flat().filter(({ name }) => name === 'consumers');
  const pods: Running[] = [];
  const wrong: string[] = [];
  const folders: string[] = [];

  async function start(): Promise<void> {
    const folder = join(supervised.folders.data, `pod-${folders.length + 1}`);
    folders.push(folder);
    const { consumersMetrics } = await findFreePorts();
    const system: System = {
      ...supervised,
      ports: { ...supervised.ports, consumersMetrics },
      folders: createFolders(folder),
      say: () => undefined,
      watch: (running) => void pods.push(running),
    };
    for (const service of services) await startService(service, system, { ...environment, CONSUMERS: consumers });
  }

  async function end(): Promise<void> {
    const pod = pods.pop();
    if (pod === undefined) return;
    if (!pod.hasEnded()) process.kill(pod.identity.pid, 'SIGTERM');
    const ending = await pod.ended;
    if (ending !== 'ended with code 0') wrong.push(`${pod.logPath}: ${ending}`);
  }

  return {
    count: () => pods.length,
    scale: async (replicas) => {
      // One after the other: free ports are found by asking for them.
      while (pods.length < replicas) await start();
      while (pods.length > replicas) await end();
    },
    wrong,
    stop: () => Promise.all(folders.map((folder) => endRecordedProcesses(createFolders(folder)))),
    logs: () => folders.map((folder) => join(folder, 'logs')),
  };
}
