import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import kafkajs, { type AclEntry, type KafkaConfig } from 'kafkajs';
import { type Acl, kafkaAcls, kafkaRights } from '../../src/composition/kafka-rights.ts';
import { adminUser, brokerName, type Security } from './security.ts';

const formatTimeoutMs = 60_000;
const run = promisify(execFile);

/** Instead of the plain listener: TLS and SCRAM for clients, certificates between broker and controller, and rights. */
export const kafkaSecuritySettings = ({ bundleFile, authorityFile, password }: Security): Record<string, string> => ({
  'listener.security.protocol.map': 'CLIENTS:SASL_SSL,CONTROLLER:SSL',
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
  'listener.name.clients.scram-sha-512.sasl.jaas.config':
    'org.apache.kafka.common.security.scram.ScramLoginModule required ' +
    `username="${adminUser}" password="${password}";`,
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.location': bundleFile,
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': authorityFile,
  'listener.name.controller.ssl.client.auth': 'required',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': `User:${adminUser};User:CN=${brokerName}`,
});

/** Kafka's users are made with its first start: later only a user could make one. */
export async function formatKafka(
  kafka: { readonly java: string; readonly jars: readonly string[]; readonly home: string },
  { clusterId, password, signal }: { clusterId: string; password: string; signal: AbortSignal },
): Promise<void> {
  if (existsSync(join(kafka.home, 'data/meta.properties'))) return;
  const users = [adminUser, ...Object.keys(kafkaRights)];
  const made = users.flatMap((user) => ['--add-scram', `SCRAM-SHA-512=[name=${user},password=${password}]`]);
  const format = ['-cp', kafka.jars.join(':'), 'kafka.tools.StorageTool', 'format'];
  const args = ['--cluster-id', clusterId, '--config', join(kafka.home, 'server.properties'), ...made];
  await run(kafka.java, [...format, ...args], { timeout: formatTimeoutMs, signal });
}

export const kafkaClientSecurity = (security: Security | null): Pick<KafkaConfig, 'ssl' | 'sasl'> =>
  security === null
    ? {}
    : { ssl: true, sasl: { mechanism: 'scram-sha-512', username: adminUser, password: security.password } };

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const operations = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
} as const satisfies Record<Acl['operation'], number>;

const places = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  cluster: AclResourceTypes.CLUSTER,
} as const satisfies Record<Acl['on'], number>;

const entryOf = ({ user, operation, on, name, prefixed }: Acl): AclEntry => ({
  principal: `User:${user}`,
  host: '*',
  operation: operations[operation],
  permissionType: AclPermissionTypes.ALLOW,
  resourceType: places[on],
  resourceName: name,
  resourcePatternType: prefixed ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
});

/** The events on the first page are read by the API, in development alone. */
const developmentAcls: readonly Acl[] = [
  { user: 'billing-api', operation: 'Read', on: 'topic', name: 'billing.', prefixed: true },
  { user: 'billing-api', operation: 'Read', on: 'group', name: 'tail-', prefixed: true },
];

/** Gives each user the rights of the documentation. Repeating it changes nothing. */
export async function grantKafkaRights(brokers: readonly string[], security: Security): Promise<void> {
  const options = { brokers: [...brokers], ...kafkaClientSecurity(security), logLevel: kafkajs.logLevel.NOTHING };
  const admin = new kafkajs.Kafka(options).admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl: [...kafkaAcls, ...developmentAcls].map(entryOf) });
  } finally {
    await admin.disconnect();
  }
}
