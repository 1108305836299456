import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { aloneAt, type Cluster, ownPlace } from './cluster.ts';
import type { Program } from './launch.ts';
import type { Ports } from './ports.ts';
import { formatKafka, kafkaClientSecurity, kafkaSecuritySettings } from './secure/kafka-security.ts';
import type { Security } from './secure/security.ts';
import type { Site } from './site.ts';

/** 96 MB were stable under load, and 128 leave a reserve. The cleaner's buffer is small so that it fits. */
const heapMb = 128;
const probeTimeoutMs = 1000;

export async function kafkaProgram(site: Site): Promise<Program> {
  const { downloads, ports, folders, security, signal } = site;
  const cluster = site.cluster ?? aloneAt(ports);
  const home = join(folders.data, 'kafka');
  const logDirectory = join(home, 'data');
  mkdirSync(logDirectory, { recursive: true });
  writeFileSync(
    join(home, 'server.properties'),
    lines({ ...settings(logDirectory, security), ...placeSettings(ports, cluster, security) }),
    { mode: 0o600 },
  );
  // Written here rather than by the format tool, which would start Java once more.
  if (security === null) writeFileSync(join(logDirectory, 'meta.properties'), lines(identityOf(cluster.id)));
  else {
    const kafka = { java: downloads.java, jars: downloads.kafkaJars, home };
    await formatKafka(kafka, { clusterId, password: security.password, signal });
  }
  writeFileSync(join(home, 'log4j2.yaml'), loggingConfiguration);
  return {
    name: 'kafka',
    command: downloads.java,
    args: [
      `-Xms${heapMb}m`,
      `-Xmx${heapMb}m`,
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:-UsePerfData',
      '--sun-misc-unsafe-memory-access=allow',
      `-Dlog4j2.configurationFile=${join(home, 'log4j2.yaml')}`,
      '-cp',
      downloads.kafkaJars.join(':'),
      'kafka.Kafka',
      join(home, 'server.properties'),
    ],
    environment: { PATH: process.env['PATH'] },
    workingFolder: home,
  };
}

export async function kafkaAnswers(brokers: readonly string[], security: Security | null): Promise<boolean> {
  const client = new kafkajs.Kafka({
    brokers: [...brokers],
    ...kafkaClientSecurity(security),
    connectionTimeout: probeTimeoutMs,
    requestTimeout: probeTimeoutMs,
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = client.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}

const clusterId = '4L6g3nShT-eMCtK--X86sw';

/** The id of a directory is 16 bytes in base64, and no two nodes have the same. */
const identityOf = (id: number): Settings => ({
  version: 1,
  'cluster.id': clusterId,
  'node.id': id,
  'directory.id': `${'ABCDEFG'.charAt(id - 1)}bCdEfGhIjKlMnOpQrStUg`,
});

type Settings = Readonly<Record<string, string | number | boolean>>;

/** Who the node is, how it and the others are reached, and how many copies a message has. */
function placeSettings(ports: Ports, cluster: Cluster, security: Security | null): Settings {
  const { id, addresses } = ownPlace(cluster);
  const copies = cluster.places.length;
  const inSync = copies < 3 ? 1 : 2;
  const voters = cluster.places.map((place) => `${place.id}@127.0.0.1:${place.addresses.kafkaController}`);
  const clients = security === null ? 'PLAINTEXT' : 'CLIENTS';
  return {
    'node.id': id,
    'controller.quorum.voters': voters.join(','),
    listeners: `${clients}://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners': `${clients}://127.0.0.1:${addresses.kafka}`,
    'inter.broker.listener.name': clients,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    ...(copies === 1 ? sessionOfOne : {}),
  };
}

/** The controller accepts a killed broker only after its old session is over: 5 s to the open port rather than 14. */
const sessionOfOne = { 'broker.session.timeout.ms': 2000, 'broker.heartbeat.interval.ms': 500 };

function settings(logDirectory: string, security: Security | null): Settings {
  return {
    'process.roles': 'broker,controller',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': logDirectory,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'num.partitions': 6,
    'log.segment.bytes': 16_777_216,
    // With the default buffer, a heap of 128 MB is too small to start.
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'log.cleaner.backoff.ms': 500,
    ...(security === null ? {} : kafkaSecuritySettings(security)),
  };
}

const loggingConfiguration = `Configuration:
  status: warn
  Appenders:
    Console:
      name: out
      target: SYSTEM_OUT
      PatternLayout:
        pattern: '%d{ISO8601} %-5p %c{1} %m%n'
  Loggers:
    Root:
      level: warn
      AppenderRef:
        ref: out
`;

function lines(properties: Settings): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}
