import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '../../../src/adapters/kafka/client/client.ts';
import { registerSchemas } from '../../../src/adapters/kafka/registry/register-schemas.ts';
import { openRegistry } from '../../../src/adapters/kafka/registry/registry.ts';
import { checkForeignTopics } from '../../../src/adapters/kafka/admin/foreign-topics.ts';
import { assertTopics, createTopics } from '../../../src/adapters/kafka/admin/topics.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { registeredSchemas } from '../../../src/messages/registered-schemas.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { kafkaBrokers, registryAddress } from './kafka-room.ts';

jest.setTimeout(60_000);

const mark = randomUUID().slice(0, 8);
const client = { brokers: kafkaBrokers, clientId: 'suite', log: createLogRecorder(), clock: systemClock };

describe('topics', () => {
  const name = `suite-topics.${mark}`;
  const config = { 'cleanup.policy': 'compact', 'compression.type': 'zstd', 'min.compaction.lag.ms': '3600000' };
  const wanted = { name, partitions: 4, config };
  const admin = createClient(client, { retries: 30 }).admin();
  beforeAll(() => admin.connect());
  afterAll(async () => {
    await admin.deleteTopics({ topics: [name] });
    await admin.disconnect();
  });

  test('a service reports missing topics at its start', async () => {
    await expect(assertTopics(client, [name])).rejects.toMatchObject({
      code: 'topics_missing',
      message: expect.stringContaining(`Kafka lacks the topics ${name}.`),
    });
  });

  test('missing topics are created with their settings, existing ones stay, and differences are reported', async () => {
    expect(await createTopics(client, [wanted], 1)).toEqual({ created: [name], drift: [] });
    expect(await createTopics(client, [wanted], 1)).toEqual({ created: [], drift: [] });
    await assertTopics(client, [name]);
    const changed = { name, partitions: 6, config: { 'cleanup.policy': 'delete', 'compression.type': 'producer' } };
    const { created, drift } = await createTopics(client, [changed], 1);
    expect(created).toEqual([]);
    expect(drift).toEqual([
      expect.stringContaining(`${name} has 4 partitions instead of 6`),
      `${name} has cleanup.policy=compact instead of delete`,
      `${name} has compression.type=zstd instead of producer`,
    ]);
    expect(await createTopics(client, [wanted], 1)).toEqual({ created: [], drift: [] });
  });

  test('a topic is not made with fewer copies than asked for because brokers are down, nor borne with fewer', async () => {
    const other = { ...wanted, name: `suite-copies.${mark}` };
    await expect(createTopics(client, [other], 3)).rejects.toMatchObject({
      code: 'brokers_missing',
      message: expect.stringContaining(
        `1 Kafka brokers are up, and KAFKA_REPLICAS asks for 3 copies of ${other.name}.`,
      ),
    });
    expect(await admin.listTopics()).not.toContain(other.name);
    await expect(createTopics(client, [wanted], 3)).rejects.toMatchObject({
      code: 'topics_unsafe',
      message: expect.stringContaining(
        `${name} has 1 replicas instead of 3\n${name} has min.insync.replicas=1 instead of 2`,
      ),
    });
  });

  test('topics of others with too few copies are named, and one that is not there is not made', async () => {
    await createTopics(client, [wanted], 1);
    const absent = `suite-absent.${mark}`;
    expect(await checkForeignTopics(client, [name, absent], 3)).toEqual({
      lacking: [`${name} has 1 replicas instead of 3`],
      unseen: [absent],
    });
    expect(await checkForeignTopics(client, [name], 1)).toEqual({ lacking: [], unseen: [] });
    expect(await admin.listTopics()).not.toContain(absent);
  });
});

describe('schemas', () => {
  const subject = `suite-schemas.${mark}`;
  const text = (properties: Record<string, unknown>) =>
    JSON.stringify({ title: mark, type: 'object', additionalProperties: false, properties, required: ['n'] });
  const first = { subject, schemaName: 'first.v1', text: text({ n: { type: 'integer' } }) };
  const grown = { ...first, schemaName: 'grown.v1', text: text({ n: { type: 'integer' }, m: { type: 'string' } }) };
  const broken = { ...first, schemaName: 'broken.v1', text: text({ n: { type: 'string' } }) };

  test('registering twice changes nothing, an added optional field is a new version, the old one stays known', async () => {
    expect(await registerSchemas(registryAddress, [first])).toEqual(['first.v1']);
    expect(await registerSchemas(registryAddress, [first])).toEqual([]);
    expect(await registerSchemas(registryAddress, [first, grown])).toEqual(['grown.v1']);
    expect(await registerSchemas(registryAddress, [first, grown])).toEqual([]);
    const registry = await openRegistry({ address: registryAddress, schemas: [first, grown], clock: systemClock });
    const bytes = registry.encode({ topic: 't', key: 'k', headers: {}, schema: 'grown.v1', value: { n: 1, m: 'x' } });
    expect(await registry.decode(bytes ?? Buffer.alloc(0))).toEqual({ n: 1, m: 'x' });
  });

  test('an incompatible change is refused with a sentence that names the subject', async () => {
    await expect(registerSchemas(registryAddress, [broken])).rejects.toThrow(
      `The schema of ${subject} is not backward compatible with its registered version.`,
    );
  });

  test('every schema of the contract can be registered and is found again', async () => {
    const ours = registeredSchemas.map((schema) => ({ ...schema, subject: `${subject}.${schema.subject}` }));
    await registerSchemas(registryAddress, ours);
    await openRegistry({ address: registryAddress, schemas: ours, clock: systemClock });
  });
});
