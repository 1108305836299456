import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearState } from '../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../stack/development-environment.ts';
import { startStack, type System } from '../../stack/embedded-stack.ts';
import { endRecordedProcesses } from '../../stack/end-processes.ts';
import { createFolders, type Folders, projectRoot } from '../../stack/folders.ts';
import type { ProgramName } from '../../stack/launch.ts';
import { findFreePorts, type Ports } from '../../stack/ports.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { migrate, ourServices, type Service, startService } from '../../stack/services.ts';
import { supervise } from '../../stack/supervise.ts';
import { reportLoad } from './report.ts';

export type BenchSystem = {
  readonly system: System;
  readonly environment: NodeJS.ProcessEnv;
  readonly brokers: readonly string[];
  readonly mongodbUrl: string;
  readonly start: (name: ProgramName, changes?: Partial<Service>) => Promise<void>;
  /** Starts one more process in the consumer groups; returns its metrics address. */
  readonly startMoreConsumers: () => Promise<string>;
  /** Starts one more process of a kind with other settings, on ports of its own. */
  readonly startAnother: (
    name: 'api' | 'consumers',
    settings: NodeJS.ProcessEnv,
  ) => Promise<Ports & { readonly pid: number }>;
  readonly metricsOf: (name: 'api' | 'consumers' | 'jobs') => string;
};

/** Starts an empty stack of its own for one benchmark, and ends it whatever happened. */
export async function benchOnOwnSystem(name: string, work: (bench: BenchSystem) => Promise<void>): Promise<never> {
  const data = join(projectRoot, '.data/bench', name);
  const session = { data, environment: isolated({}, process.env), choosePorts: findFreePorts };
  const code = await supervise(session, async (system) => {
    clearState(system.folders);
    const bench = await open(system);
    reportLoad();
    try {
      await work(bench);
    } finally {
      reportLoad();
    }
  });
  // Only now: while the work is watched, the end of any process is a failure.
  for (const folder of moreFolders) await endRecordedProcesses(createFolders(folder));
  process.exit(code);
}

const moreFolders: string[] = [];

async function open(system: System): Promise<BenchSystem> {
  const { folders, ports } = system;
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security: null });
  // As in production: no log line per message, no test clocks.
  const environment = isolated(
    { ...table, LOG_LEVEL: 'warn', TEST_CLOCKS: 'false', ...profiling(folders.data) },
    process.env,
  );
  await migrate(system, environment, ourServices);
  const service = (name: ProgramName): Service => {
    const found = ourServices.groups.flat().find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  };
  const startAnother: BenchSystem['startAnother'] = async (name, settings) => {
    const folder = join(folders.data, `${name}-${moreFolders.length + 2}`);
    moreFolders.push(folder);
    // Not those of processes that do not listen yet.
    const { api, apiMetrics, consumersMetrics } = await findFreePorts(Object.values(ports));
    const own = { ...ports, api, apiMetrics, consumersMetrics };
    const another = createFolders(folder);
    await startService(
      service(name),
      { ...system, folders: another, ports: own },
      { ...environment, PROJECT_PORT: String(api), ...settings },
    );
    return { ...own, pid: pidOf(another, name) };
  };
  return {
    system,
    environment,
    brokers: addresses.KAFKA_BROKERS.split(','),
    mongodbUrl: addresses.MONGODB_URL,
    start: (name, changes = {}) => startService({ ...service(name), ...changes }, system, environment),
    startMoreConsumers: async () =>
      `http://127.0.0.1:${(await startAnother('consumers', {})).consumersMetrics}/metrics`,
    startAnother,
    metricsOf: (name) => `http://127.0.0.1:${ports[`${name}Metrics`]}/metrics`,
  };
}

/** With --cpu-prof every process of ours writes a profile beside its data when it ends. */
function profiling(data: string): NodeJS.ProcessEnv {
  if (!process.argv.includes('--cpu-prof')) return {};
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(data, 'profiles')}` };
}

const pidOf = ({ run }: Folders, name: ProgramName): number =>
  (JSON.parse(readFileSync(join(run, `${name}.json`), 'utf8')) as { readonly pid: number }).pid;

/** Resident memory of our processes, as the kernel reports it. All map the same Node program, which counts once. */
export function heldMib({ folders }: System): number {
  const parts = (['api', 'consumers', 'jobs'] as const).map((name) => {
    const rollup = readFileSync(`/proc/${pidOf(folders, name)}/smaps_rollup`, 'utf8');
    const mib = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0) / 1024;
    return { own: mib('Rss') - mib('Shared_Clean'), shared: mib('Shared_Clean') };
  });
  return parts.reduce((sum, { own }) => sum + own, 0) + Math.max(...parts.map(({ shared }) => shared));
}

export type Usage = {
  readonly cpuSeconds: number;
  /** Of consumers: timers that they have carried out, such as renewals. */
  readonly timers: number;
};

const timersHandled = 'billing_messages_total{consumer="timers",outcome="handled"}';

/** What our processes have used and done since their start, from their own metrics. */
export async function usageOf(urls: readonly string[]): Promise<Usage> {
  const texts = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  const valueIn = (text: string, metric: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${metric} `))
        ?.slice(metric.length) ?? 0,
    );
  const sum = (metric: string): number => texts.reduce((total, text) => total + valueIn(text, metric), 0);
  return { cpuSeconds: sum('process_cpu_seconds_total'), timers: sum(timersHandled) };
}
