import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { handleCommands } from '../../../consumers/handle-commands.ts';
import { keepDeadLetters } from '../../../consumers/keep-dead-letters.ts';
import { createSealedRecords } from '../../../src/adapters/kafka/admin/sealed-records.ts';
import { createConsumerRunner } from '../../../src/adapters/kafka/consumer/consumer-runner.ts';
import { createProducer, type Producer } from '../../../src/adapters/kafka/producer/producer.ts';
import { openProducerLink } from '../../../src/adapters/kafka/producer/producer-link.ts';
import { type Decoder, openRegistry } from '../../../src/adapters/kafka/registry/registry.ts';
import { createDeadLetters } from '../../../src/adapters/mongo/dead-letters.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import { silentMeter } from '../../../src/application/ports/meter.ts';
import type { ConsumerDeclaration } from '../../../src/application/ports/consumer.ts';
import { Poison } from '../../../src/application/ports/faults.ts';
import { replayDeadLetter } from '../../../src/application/requests/dead-letter-acts.ts';
import { readDeadLetter } from '../../../src/application/requests/read-dead-letters.ts';
import { registeredSchemas } from '../../../src/messages/registered-schemas.ts';
import { topicNames, topics } from '../../../src/messages/topics.ts';
import { createMemoryAudit } from '../../fakes/audit.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createTestSystem } from '../../support/test-system.ts';
import { openTestDatabase } from '../mongo/test-database.ts';
import { kafkaBrokers, registryAddress } from './kafka-room.ts';
import { quickSettings, until } from './real-runner.ts';

const log = createLogRecorder();
async function found<T>(looked: Promise<T | null>): Promise<T> {
  const one = await looked;
  if (one === null) throw new Error('it is not there');
  return one;
}

const client = { brokers: kafkaBrokers, clientId: 'replay', log, clock: systemClock };
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let producer: Producer;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  closing.push(() => database.close());
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

test('a command that was poison is replayed once its cause is gone, and carried out once', async () => {
  const system = createTestSystem();
  const registry = await openRegistry({ address: registryAddress, schemas: registeredSchemas, clock: systemClock });
  let isKnown = false;
  /** The writer is ahead: the consumer's registry does not have its schema yet. */
  const decoder: Decoder = {
    decode: (bytes) =>
      isKnown || bytes.includes('consumerGroup')
        ? registry.decode(bytes)
        : Promise.reject(new Poison('unknown_schema', 'The registry has no such schema.')),
  };
  producer = createProducer({
    connect: () => openProducerLink(client),
    encode: registry.encode,
    topics: topics.map(({ name }) => name),
    ...{ clock: systemClock, log },
  });
  const deadLetters = createDeadLetters(database.models);
  const services: CoreServices = { ...system.services, deadLetters };
  const records = createSealedRecords({
    cipher: services.cipher,
    decoder,
    republish: producer.republish,
  });
  closing.push(() => producer.close());
  const start = async (declaration: ConsumerDeclaration<CoreServices>) => {
    const runner = createConsumerRunner({
      meter: silentMeter,
      declaration: { ...declaration, group: `${declaration.group}-${randomUUID()}` },
      ...{ services, client, decoder, publisher: producer, cipher: services.cipher },
      ...{ blockedKeys: system.blockedKeys, settings: quickSettings },
      onFatal: (error) => {
        throw error;
      },
    });
    closing.push(() => runner.stop());
    await runner.start();
    return runner;
  };
  const commands = await start(handleCommands);
  await start(keepDeadLetters);

  const userId = randomUUID();
  const command = system.payCommand(userId);
  const order = services.messageFactory.command(command, { correlationId: 'r', causationId: null });
  await producer.publish([order], 10_000);

  const mine = async () => {
    const query = { state: null, topic: topicNames.commands, errorCode: null, after: null, limit: 100 };
    return (await deadLetters.list(query)).filter((letter) => letter.key === userId);
  };
  await until(async () => (await mine()).length === 1);
  const [letter] = await mine();
  const letterId = letter?.id ?? '';
  expect(letter).toMatchObject({ state: 'open', errorCode: 'unknown_schema' });
  expect(await readDeadLetter({ deadLetters, records }, letterId)).toMatchObject({
    record: { key: { content: userId }, value: { format: 'text' }, undecodable: 'The registry has no such schema.' },
  });

  isKnown = true;
  expect(await readDeadLetter({ deadLetters, records }, letterId)).toMatchObject({
    record: { value: { format: 'json', content: { commandId: command.commandId } } },
  });

  const audit = createMemoryAudit();
  const acting = {
    deadLetters,
    records,
    audit,
    clock: systemClock,
    hash: (of: string) => of,
    publishDeadlineMs: 10_000,
  };
  const act = { actor: 'anna', key: 'k', reason: 'the schema is there', requestId: 'r' };
  const replay = () => replayDeadLetter(acting, letterId, act);
  expect(await replay()).toMatchObject({ kind: 'closed', letter: { state: 'replayed' } });
  await until(async () => (await system.services.store.load(userId)) !== null);
  expect(await replay()).toMatchObject({ kind: 'closed', letter: { state: 'replayed' } });

  // A replay that died before its dead letter was closed: the record comes once more.
  const handled = commands.snapshot().handled;
  await records.replay(await found(deadLetters.find(letterId)), letterId, 10_000);
  await until(() => commands.snapshot().handled + commands.snapshot().ignored > handled);
  expect(system.provider.sends()).toHaveLength(1);
  expect(await mine()).toMatchObject([{ id: letterId, state: 'replayed' }]);
  expect(audit.entries()).toMatchObject([{ action: 'dead_letter.replay', userId }]);
}, 120_000);
