import type { Cluster } from './cluster.ts';
import { type Downloads, ensureDownloads } from './downloads.ts';
import type { Folders } from './folders.ts';
import { kafkaAnswers, kafkaProgram } from './kafka.ts';
import { awaitHealthy, launch, type Program, type Running } from './launch.ts';
import { refuseFullDisk } from './machine.ts';
import { mongodLeads, mongodProgram, mongodServes, mongodbAnswers, mongodbUrl } from './mongod.ts';
import type { Ports, PortName } from './ports.ts';
import { registryAnswers, registryProgram, registryUrl } from './registry.ts';
import { grantKafkaRights } from './secure/kafka-security.ts';
import type { Security } from './secure/security.ts';
import type { Site } from './site.ts';
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
  /** Null: servers in plain text, without users. */
  readonly security: Security | null;
  /** Absent: each server is the only one of its kind. */
  readonly cluster?: Cluster;
  /** The project whose programs run; absent: this one. Another version of it has a folder of its own. */
  readonly root?: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Called as soon as a process exists, so that it is watched and ended even if a later step fails. */
  readonly watch: (running: Running) => void;
};

type Server = {
  readonly setting: keyof StackAddresses;
  readonly label: string;
  readonly ports: readonly PortName[];
  readonly program: (site: Site) => Program | Promise<Program>;
  readonly isReady: (system: System) => Promise<boolean>;
  /** Of a server that the user names: in plain text. */
  readonly answersAt: (address: string) => Promise<boolean>;
  /** What remains to be done once it answers. */
  readonly settle?: (ports: Ports, security: Security | null) => Promise<void>;
};

const brokerOf = (ports: Ports): string => `127.0.0.1:${ports.kafka}`;

const servers: readonly Server[] = [
  {
    setting: 'KAFKA_BROKERS',
    label: 'Kafka',
    ports: ['kafka', 'kafkaController'],
    program: kafkaProgram,
    isReady: ({ ports, security }) => kafkaAnswers([brokerOf(ports)], security),
    answersAt: (address) => kafkaAnswers(address.split(','), null),
    settle: async (ports, security) => {
      if (security !== null) await grantKafkaRights([brokerOf(ports)], security);
    },
  },
  {
    setting: 'MONGODB_URL',
    label: 'MongoDB',
    ports: ['mongodb'],
    program: mongodProgram,
    isReady: ({ ports, security, cluster }) =>
      cluster === undefined ? mongodLeads(ports, security) : mongodServes(ports.mongodb),
    answersAt: mongodbAnswers,
  },
  {
    setting: 'SCHEMA_REGISTRY_URL',
    label: 'schema registry',
    ports: ['registry', 'registryManagement'],
    program: registryProgram,
    isReady: ({ ports, security }) => registryAnswers(registryUrl(ports, security), security),
    answersAt: (address) => registryAnswers(address, null),
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
  const named = servers.filter((one) => !embedded.includes(one));
  if (system.security !== null && named.length > 0) {
    const settings = named.map(({ setting }) => setting).join(', ');
    throw new StackFailure(`--secure starts servers of its own: unset ${settings}, or leave --secure out.`);
  }
  for (const server of named) await reach(server, addresses, system);
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

/** Starts one server: again after it was killed, or as a node of a cluster. */
export async function startOneServer(setting: keyof StackAddresses, system: System): Promise<void> {
  const server = servers.find((one) => one.setting === setting);
  if (server === undefined) throw new StackFailure(`No embedded server belongs to ${setting}.`);
  await startServer(server, await ensureDownloads(system), system);
}

function addressesOf({ environment, ports, security }: System): StackAddresses {
  return {
    KAFKA_BROKERS: given(environment, 'KAFKA_BROKERS') ?? brokerOf(ports),
    MONGODB_URL: given(environment, 'MONGODB_URL') ?? mongodbUrl(ports, security),
    SCHEMA_REGISTRY_URL: given(environment, 'SCHEMA_REGISTRY_URL') ?? registryUrl(ports, security),
  };
}

async function startServer(server: Server, downloads: Downloads, system: System): Promise<void> {
  system.signal.throwIfAborted();
  const startedMs = performance.now();
  const { ports, folders, security, signal } = system;
  const running = launch(await server.program({ ...system, downloads }), folders);
  system.watch(running);
  await awaitHealthy(running, () => server.isReady(system), {
    timeoutMs: readyTimeoutMs,
    signal,
  });
  await server.settle?.(ports, security);
  system.say(`  ${server.label} ready in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

/** An empty value counts as not set, because shells and containers unset a variable so. */
function given(environment: NodeJS.ProcessEnv, setting: string): string | undefined {
  const value = environment[setting];
  return value === '' ? undefined : value;
}
