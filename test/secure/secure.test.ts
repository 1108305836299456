import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import kafkajs, { type KafkaConfig } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { openBillingClient } from '../../tools/client/billing-client.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { createSandboxClient } from '../../tools/client/sandbox-client.ts';
import { type SecureSystem, startSecureSystem } from './secure-system.ts';

/** Ten processes start, five of them Java or with certificates to read, on two shared cores. */
const startMs = 300_000;
jest.setTimeout(60_000);

let system: SecureSystem | null = null;
const setting = (name: string): string => system?.environment[name] ?? '';

beforeAll(async () => {
  system = await startSecureSystem();
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(setting('TLS_CA_FILE'), 'utf8')]);
}, startMs);

afterAll(async () => {
  if (system !== null) expect(await system.stop()).toBe(0);
}, startMs);

type Changed = { readonly [Name in keyof KafkaConfig]?: KafkaConfig[Name] | undefined };

const kafkaAs = (username: string, more: Changed = {}) =>
  new kafkajs.Kafka({
    brokers: setting('KAFKA_BROKERS').split(','),
    ssl: true,
    sasl: { mechanism: 'scram-sha-512', username, password: setting('KAFKA_PASSWORD') },
    retry: { retries: 1 },
    logLevel: kafkajs.logLevel.NOTHING,
    ...more,
  } as KafkaConfig);

/** The name of the refusal, or `done`. */
const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      const { type, codeName, code, message } = error as Record<string, unknown>;
      return String(type ?? codeName ?? code ?? message);
    },
  );

async function write(username: string, topic: string): Promise<string> {
  const producer = kafkaAs(username).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    return await refusalOf(producer.send({ topic, messages: [{ key: 'a user', value: 'forged' }] }));
  } finally {
    await producer.disconnect();
  }
}

test('a subscription is bought over TLS, by processes that have no more rights than the documentation gives them', async () => {
  const userId = randomUUID();
  if (system === null) throw new Error('the system did not start');
  const user = await openBillingClient(`http://127.0.0.1:${system.ports.api}`, { userId }, system.environment);
  expect(await user.buy('month')).toMatchObject({ status: 200 });
  await createSandboxClient(`http://127.0.0.1:${system.ports.sandbox}`).payPage(userId);
  await eventually(user.entitlement, ({ json }) => json['active'] === true);
  expect(await user.cancel()).toMatchObject({ status: 200 });
});

test('Kafka refuses plain text, no user, and a wrong password', async () => {
  const reach = async (more: Changed): Promise<string> => {
    const admin = kafkaAs('billing-api', more).admin();
    const refusal = await refusalOf(admin.connect().then(() => admin.listTopics()));
    await admin.disconnect();
    return refusal;
  };
  expect(await reach({})).toBe('done');
  expect(await reach({ ssl: false })).not.toBe('done');
  expect(await reach({ sasl: { mechanism: 'scram-sha-512', username: 'billing-api', password: 'wrong' } })).toMatch(
    /SASL|authenticat/i,
  );
  expect(await reach({ sasl: undefined })).not.toBe('done');
});

test('no process may write what is not its own to write', async () => {
  const denied = 'TOPIC_AUTHORIZATION_FAILED';
  expect(await write('billing-jobs', 'billing.commands.v1')).toBe(denied);
  expect(await write('billing-consumers', 'billing.commands.v1')).toBe(denied);
  expect(await write('billing-api', 'billing.entitlements.v1')).toBe(denied);
  expect(await write('billing-migrate', 'billing.timers.v1')).toBe(denied);
  // The same write by who may: so a refusal above is of the right, not of the message.
  expect(await write('billing-api', 'billing.hints.v1')).toBe('done');
});

test('MongoDB and the registry refuse plain text and no user', async () => {
  const address = setting('MONGODB_URL');
  const find = async (url: string, database: string): Promise<string> => {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 2_000 });
    try {
      return await refusalOf(client.db(database).collection('subscribers').findOne());
    } finally {
      await client.close();
    }
  };
  expect(await find(address, 'billing')).toBe('done');
  expect(await find(address, 'local')).toBe('Unauthorized');
  expect(await find(address.replace(/\/\/[^@]*@/, '//'), 'billing')).toBe('Unauthorized');
  expect(await find(address.replace('&tls=true', ''), 'billing')).not.toBe('done');
  const registry = setting('SCHEMA_REGISTRY_URL');
  const subjects = (headers: Record<string, string>) => fetch(`${registry}/subjects`, { headers });
  const user = Buffer.from(`${setting('SCHEMA_REGISTRY_USERNAME')}:${setting('SCHEMA_REGISTRY_PASSWORD')}`);
  expect((await subjects({ authorization: `Basic ${user.toString('base64')}` })).status).toBe(200);
  expect((await subjects({})).status).toBe(401);
  expect(await refusalOf(fetch(registry.replace('https:', 'http:')))).not.toBe('done');
});
