import { type Downloads, ensureDownloads } from './downloads.ts';
import type { Folders } from './folders.ts';
import { kafkaAnswers, kafkaProgram } from './kafka.ts';
import { awaitHealthy, launch, type Program, type Running } from './launch.ts';
import { refuseFullDisk } from './machine.ts';
import { mongodLeads, mongodProgram, mongodbAnswers, mongodbUrl } from './mongod.ts';
import type { Ports, PortName } from './ports.ts';
import { registryAnswers, registryProgram, registryUrl } from './registry.ts';
import { StackFailure } from './stack-failure.ts';
import { waitUntil } from './wait-until.ts';

/** Environment variables that the services read. One that is set replaces an embedded server. */
export type StackAddresses = {
  readonly KAFKA_BROKERS: string;
  readonly MONGODB_URL: string;
  readonly SCHEMA_REGISTRY_URL: string;
};

export type System = {
  readonly environment: NodeJS.ProcessEnv;
  readonly ports: Ports;
  readonly folders: Folders;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Called as soon as a process exists, so that it is watched and ended even if a later step fails. */
  readonly watch: (running: Running) => void;
};

type Server = {
  readonly setting: keyof StackAddresses;
  readonly label: string;
  readonly ports: readonly PortName[];
  readonly program: (downloads: Downloads, ports: Ports, folders: Folders) => Program;
  readonly isReady: (ports: Ports) => Promise<boolean>;
  readonly answersAt: (address: string) => Promise<boolean>;
};

const servers: readonly Server[] = [
  {
    setting: 'KAFKA_BROKERS',
    label: 'Kafka',
    ports: ['kafka', 'kafkaController'],
    program: kafkaProgram,
    isReady: (ports) => kafkaAnswers([`127.0.0.1:${ports.kafka}`]),
    answersAt: (address) => kafkaAnswers(address.split(',')),
  },
  {
    setting: 'MONGODB_URL',
    label: 'MongoDB',
    ports: ['mongodb'],
    program: mongodProgram,
    isReady: mongodLeads,
    answersAt: mongodbAnswers,
  },
  {
    setting: 'SCHEMA_REGISTRY_URL',
    label: 'schema registry',
    ports: ['registry', 'registryManagement'],
    program: registryProgram,
    isReady: (ports) => registryAnswers(registryUrl(ports)),
    answersAt: registryAnswers,
  },
];

/** A start took 15 s after a kill on a loaded machine; four times that counts as a hang. */
const readyTimeoutMs = 60_000;
/** A server that the user names is running already, so it gets little time to answer. */
const reachTimeoutMs = 5000;
const reachIntervalMs = 200;
/** Kafka's segments, MongoDB's journal and a few days of logs. */
const dataNeedsMib = 500;

/** The ports of the servers that are started here. */
export function embeddedPorts(environment: NodeJS.ProcessEnv): readonly PortName[] {
  return servers.filter(({ setting }) => given(environment, setting) === undefined).flatMap(({ ports }) => ports);
}

/** Starts, in parallel, each of the three that the environment does not name, and waits until all of them answer. */
export async function startStack(system: System): Promise<StackAddresses> {
  const { environment, folders } = system;
  const addresses = addressesOf(system);
  const embedded = servers.filter(({ setting }) => given(environment, setting) === undefined);
  for (const server of servers.filter((one) => !embedded.includes(one))) await reach(server, addresses, system);
  if (embedded.length > 0) {
    refuseFullDisk(folders.data, dataNeedsMib);
    const downloads = await ensureDownloads(system);
    // All starts are awaited before the first failure is reported: none may still be launching a process after that.
    const starts = await Promise.allSettled(embedded.map((server) => startServer(server, downloads, system)));
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
  }
  return addresses;
}

async function reach({ setting, label, answersAt }: Server, addresses: StackAddresses, system: System): Promise<void> {
  const wait = { timeoutMs: reachTimeoutMs, intervalMs: reachIntervalMs, signal: system.signal };
  if (!(await waitUntil(() => answersAt(addresses[setting]), wait)))
    throw new StackFailure(`${setting} names a ${label} that does not answer: correct it, or unset it to use ours.`);
  system.say(`  ${label}: the one that ${setting} names`);
}

/** Starts one of the three servers again, after it was killed. */
export async function restartServer(setting: keyof StackAddresses, system: System): Promise<void> {
  const server = servers.find((one) => one.setting === setting);
  if (server === undefined) throw new StackFailure(`No embedded server belongs to ${setting}.`);
  await startServer(server, await ensureDownloads(system), system);
}

function addressesOf({ environment, ports }: System): StackAddresses {
  return {
    KAFKA_BROKERS: given(environment, 'KAFKA_BROKERS') ?? `127.0.0.1:${ports.kafka}`,
    MONGODB_URL: given(environment, 'MONGODB_URL') ?? mongodbUrl(ports),
    SCHEMA_REGISTRY_URL: given(environment, 'SCHEMA_REGISTRY_URL') ?? registryUrl(ports),
  };
}

async function startServer(server: Server, downloads: Downloads, system: System): Promise<void> {
  system.signal.throwIfAborted();
  const startedMs = performance.now();
  const running = launch(server.program(downloads, system.ports, system.folders), system.folders);
  system.watch(running);
  await awaitHealthy(running, () => server.isReady(system.ports), {
    timeoutMs: readyTimeoutMs,
    signal: system.signal,
  });
  system.say(`  ${server.label} ready in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

/** An empty value counts as not set, because shells and containers unset a variable so. */
function given(environment: NodeJS.ProcessEnv, setting: string): string | undefined {
  const value = environment[setting];
  return value === '' ? undefined : value;
}
