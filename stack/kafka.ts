import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { Program } from './launch.ts';
import type { Ports } from './ports.ts';
import { formatKafka, kafkaClientSecurity, kafkaSecuritySettings } from './secure/kafka-security.ts';
import type { Security } from './secure/security.ts';
import type { Site } from './site.ts';

/** 96 MB were stable under load, and 128 leave a reserve. The cleaner's buffer is small so that it fits. */
const heapMb = 128;
const probeTimeoutMs = 1000;

export async function kafkaProgram({ downloads, ports, folders, security, signal }: Site): Promise<Program> {
  const home = join(folders.data, 'kafka');
  const logDirectory = join(home, 'data');
  mkdirSync(logDirectory, { recursive: true });
  writeFileSync(join(home, 'server.properties'), lines(settings(ports, logDirectory, security)), { mode: 0o600 });
  // Written here rather than by the format tool, which would start Java once more.
  if (security === null) writeFileSync(join(logDirectory, 'meta.properties'), lines(identity));
  else {
    const kafka = { java: downloads.java, jars: downloads.kafkaJars, home };
    await formatKafka(kafka, { clusterId: identity['cluster.id'], password: security.password, signal });
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

const identity = {
  version: 1,
  'cluster.id': '4L6g3nShT-eMCtK--X86sw',
  'node.id': 1,
  'directory.id': 'AbCdEfGhIjKlMnOpQrStUg',
};

function settings(
  ports: Ports,
  logDirectory: string,
  security: Security | null,
): Readonly<Record<string, string | number | boolean>> {
  const clients = security === null ? 'PLAINTEXT' : 'CLIENTS';
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners: `${clients}://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners': `${clients}://127.0.0.1:${ports.kafka}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': clients,
    'log.dirs': logDirectory,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'num.partitions': 6,
    'log.segment.bytes': 16_777_216,
    // With the default buffer, a heap of 128 MB is too small to start.
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'log.cleaner.backoff.ms': 500,
    // The controller accepts a killed broker only after its old session is over: 5 s to the open port rather than 14.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
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

function lines(properties: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}
