import { createSealedRecords } from '../../adapters/kafka/admin/sealed-records.ts';
import { createProducer } from '../../adapters/kafka/producer/producer.ts';
import { openProducerLink } from '../../adapters/kafka/producer/producer-link.ts';
import { createDecoder } from '../../adapters/kafka/registry/registry.ts';
import { createCipher } from '../../adapters/system/cipher.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import type { SealedRecords } from '../../application/ports/sealed-records.ts';
import type { Config } from '../../config.ts';
import { receivedTopics } from '../../messages/topics.ts';
import type { Closers } from '../closers.ts';
import { kafkaClientOf, registryAddressOf } from '../open-kafka.ts';

/** For a shell: Kafka and the registry are reached when a record is replayed or decoded, and not before. */
export function openRecords({ config, closers, log }: { config: Config; closers: Closers; log: Log }): SealedRecords {
  const client = kafkaClientOf({ config, log });
  const producer = createProducer({
    connect: () => openProducerLink(client),
    encode: ({ schema }) => {
      throw new Error(`A shell publishes no message of its own, such as ${schema}.`);
    },
    topics: receivedTopics,
    clock: systemClock,
    log,
  });
  closers.add('kafka producer', () => producer.close());
  return createSealedRecords({
    cipher: createCipher(config.ENCRYPTION_KEY),
    decoder: createDecoder(registryAddressOf(config), systemClock),
    republish: producer.republish,
  });
}
