import { createServer } from 'node:net';
import { StackFailure } from './stack-failure.ts';

/** Every port that the whole system listens on, with the environment variable that moves it. */
export const portTable = [
  { name: 'api', port: 8001, setting: 'PROJECT_PORT', use: 'the API' },
  { name: 'sandbox', port: 8090, setting: 'SANDBOX_PORT', use: 'the YooKassa sandbox' },
  { name: 'apiMetrics', port: 9464, setting: 'API_METRICS_PORT', use: 'the health and metrics of the API' },
  { name: 'consumersMetrics', port: 9465, setting: 'CONSUMERS_METRICS_PORT', use: 'the metrics of the consumers' },
  { name: 'jobsMetrics', port: 9466, setting: 'JOBS_METRICS_PORT', use: 'the metrics of the jobs' },
  { name: 'collector', port: 4318, setting: 'STACK_COLLECTOR_PORT', use: 'the traces that a test receives' },
  { name: 'kafka', port: 19092, setting: 'STACK_KAFKA_PORT', use: 'Kafka' },
  { name: 'kafkaController', port: 19093, setting: 'STACK_KAFKA_CONTROLLER_PORT', use: "Kafka's controller" },
  { name: 'mongodb', port: 27117, setting: 'STACK_MONGODB_PORT', use: 'MongoDB' },
  { name: 'registry', port: 18082, setting: 'STACK_REGISTRY_PORT', use: 'the schema registry' },
  {
    name: 'registryManagement',
    port: 18083,
    setting: 'STACK_REGISTRY_MANAGEMENT_PORT',
    use: "the registry's management",
  },
] as const;

export type PortName = (typeof portTable)[number]['name'];
export type Ports = Readonly<Record<PortName, number>>;

const largestPort = 65_535;
/** Below the range that Linux uses for outgoing connections, so that none of them takes one of these ports. */
const freePortsFrom = 20_100;
const freePortsTo = 32_000;

export function configuredPorts(environment: NodeJS.ProcessEnv): Ports {
  return portsBy(({ setting, port }) => parsePort(setting, environment[setting] ?? String(port)));
}

/** Free ports, from a place that differs from run to run. `taken` are those of a system that does not listen yet. */
export async function findFreePorts(taken: readonly number[] = []): Promise<Ports> {
  const span = freePortsTo - freePortsFrom;
  const offset = (process.pid * 37) % span;
  const found: number[] = [];
  for (let step = 0; step < span && found.length < portTable.length; step += 1) {
    const port = freePortsFrom + ((offset + step) % span);
    if (!taken.includes(port) && (await isFree(port))) found.push(port);
  }
  return portsBy((_row, index) => {
    const port = found[index];
    if (port === undefined) throw new StackFailure('No free ports were found: end some of the programs that listen.');
    return port;
  });
}

/** Throws one sentence about the first port that another program holds. */
export async function refuseBusyPorts(ports: Ports, wanted: readonly PortName[]): Promise<void> {
  for (const { name, setting, use } of portTable) {
    if (!wanted.includes(name) || (await isFree(ports[name]))) continue;
    throw new StackFailure(
      `Port ${ports[name]}, needed for ${use}, is taken by another program: ` +
        `end that program, or choose another port with ${setting}=<port>.`,
    );
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function parsePort(setting: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= largestPort) return port;
  throw new StackFailure(`${setting}=${text} is no port: give a number from 1 to ${largestPort}.`);
}

const portsBy = (choose: (row: (typeof portTable)[number], index: number) => number): Ports =>
  Object.fromEntries(portTable.map((row, index) => [row.name, choose(row, index)])) as Ports;
