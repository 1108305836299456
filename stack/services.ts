import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from './embedded-stack.ts';
import { projectRoot } from './folders.ts';
import { awaitHealthy, launch, type ProgramName } from './launch.ts';
import type { PortName, Ports } from './ports.ts';
import { nodeFlags, runNode, serviceFlags } from './run-node.ts';

/** A program of ours: its entry, and the check that must succeed before the next group starts. */
export type Service = {
  readonly name: ProgramName;
  readonly label: string;
  readonly entry: string;
  readonly metrics?: PortName;
  readonly isReady: (ports: Ports) => Promise<boolean>;
};

export type ServicePlan = {
  readonly migration: string;
  /** Each group starts when the one before it is healthy. The API is last: once it answers, a purchase works. */
  readonly groups: readonly (readonly Service[])[];
};

const healthTimeoutMs = 1000;
/** A service says after 15 s that Kafka does not answer, and after 30 s that MongoDB does not: its log explains the time-out here. */
const readyTimeoutMs = 45_000;
/** The migration creates some ten topics, a dozen indexes and dozens of schemas: ten seconds on a loaded machine. */
const migrationTimeoutMs = 120_000;

export const ourServices: ServicePlan = {
  migration: 'src/migrate.ts',
  groups: [
    [
      {
        name: 'sandbox',
        label: 'YooKassa sandbox',
        entry: 'sandbox/main.ts',
        isReady: (ports) => answers(`http://127.0.0.1:${ports.sandbox}/_sandbox/health`),
      },
      service('jobs', 'jobs', 'jobs/main.ts', 'jobsMetrics'),
      service('consumers', 'consumers', 'consumers/main.ts', 'consumersMetrics'),
    ],
    [
      {
        ...service('api', 'API', 'src/server.ts', 'apiMetrics'),
        isReady: async (ports) =>
          (await answers(`http://127.0.0.1:${ports.apiMetrics}/health`)) &&
          (await answers(`http://127.0.0.1:${ports.api}/api/v1/status`, 'POST')),
      },
    ],
  ],
};

export function servicePorts(): readonly PortName[] {
  return ['api', 'sandbox', 'apiMetrics', 'consumersMetrics', 'jobsMetrics'];
}

/** Prepares Kafka, MongoDB and the registry: needed by the services, and by tests of the adapters alone. */
export async function migrate(system: System, environment: NodeJS.ProcessEnv, plan: ServicePlan): Promise<void> {
  const startedMs = performance.now();
  await runNode({
    name: 'migration',
    args: [join(system.root ?? projectRoot, plan.migration)],
    environment: { ...environment, ...kafkaUser(system, 'billing-migrate') },
    logPath: join(system.folders.logs, 'migration.log'),
    timeoutMs: migrationTimeoutMs,
    signal: system.signal,
  });
  system.say(`  schemas, topics, indexes and tariffs in place in ${secondsSince(startedMs)} s`);
}

/** Starts every process of the plan, group by group; expects a migrated stack. */
export async function startServices(system: System, environment: NodeJS.ProcessEnv, plan: ServicePlan): Promise<void> {
  mkdirSync(join(system.folders.data, 'sandbox'), { recursive: true });
  for (const group of plan.groups) {
    const starts = await Promise.allSettled(group.map((one) => startService(one, system, environment)));
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
  }
}

/** `readyMs` is how long it may take; absent: as long as a person waits at `npm start`. */
export async function startService(
  one: Service,
  system: System,
  environment: NodeJS.ProcessEnv,
  readyMs = readyTimeoutMs,
): Promise<void> {
  system.signal.throwIfAborted();
  const startedMs = performance.now();
  const root = system.root ?? projectRoot;
  const metrics = one.metrics ? { METRICS_PORT: String(system.ports[one.metrics]) } : {};
  const running = launch(
    {
      name: one.name,
      command: process.execPath,
      // The sandbox keeps every payment in memory, unlike a provider, so its memory grows with the run.
      args: [...(one.name === 'sandbox' ? nodeFlags : serviceFlags), join(root, one.entry)],
      environment: { ...environment, ...metrics, ...kafkaUser(system, `billing-${one.name}`) },
      workingFolder: root,
    },
    system.folders,
  );
  system.watch(running);
  await awaitHealthy(running, () => one.isReady(system.ports), {
    timeoutMs: readyMs,
    signal: system.signal,
  });
  system.say(`  ${one.label} ready in ${secondsSince(startedMs)} s`);
}

function service(name: ProgramName, label: string, entry: string, metrics: PortName): Service {
  return { name, label, entry, metrics, isReady: (ports) => answers(`http://127.0.0.1:${ports[metrics]}/health`) };
}

/** Each process is a user of its own, with its own rights, where Kafka has users. */
const kafkaUser = ({ security }: System, name: string): Record<string, string> =>
  security === null ? {} : { KAFKA_USERNAME: name };

async function answers(url: string, method = 'GET'): Promise<boolean> {
  const answer = await fetch(url, { method, signal: AbortSignal.timeout(healthTimeoutMs) });
  await answer.body?.cancel();
  return answer.ok;
}

export function secondsSince(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}
