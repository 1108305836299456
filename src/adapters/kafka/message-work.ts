import type { KafkaMessage } from 'kafkajs';
import type { Cipher } from '../../application/ports/cipher.ts';
import type { ConsumerDeclaration } from '../../application/ports/doors.ts';
import type { MessagePublisher } from '../../application/ports/outbox.ts';
import type { ClientOptions } from './client.ts';
import { buildDeadLetter } from './dead-letter.ts';
import { decodeDelivery } from './decode-delivery.ts';
import type { Progress } from './progress.ts';
import type { Decoder } from './registry.ts';
import type { RunnerSettings } from './settings.ts';
import type { Work } from './work-through.ts';

export type RunnerOptions<Services> = {
  readonly declaration: ConsumerDeclaration<Services>;
  readonly services: Services;
  readonly client: ClientOptions;
  readonly decoder: Decoder;
  readonly publisher: MessagePublisher;
  readonly cipher: Cipher;
  /** The consumer has crashed and will not come back: the process must end with a failure. */
  readonly onFatal: (error: Error) => void;
  readonly settings?: RunnerSettings;
};

/** What there is to do with one record: decode and handle it, or set it aside for good. */
export const createMessageWork =
  <Services>(options: RunnerOptions<Services>, progress: Progress, settings: RunnerSettings) =>
  (partition: number, message: KafkaMessage): Work => {
    const { declaration, services, client, decoder, publisher, cipher } = options;
    const { topic, group, name: consumer } = declaration;
    return {
      handle: async () => {
        const end = progress.begin();
        try {
          return await declaration.handle(services, await decodeDelivery(decoder, topic, partition, message));
        } finally {
          end();
        }
      },
      bury: async (poison) => {
        const letter = buildDeadLetter({ group, topic, partition, message }, poison, { cipher, clock: client.clock });
        await publisher.publish([letter], settings.deadLetterTimeoutMs);
        const where = { consumer, topic, partition, offset: message.offset };
        client.log.error('a message went to the dead letters', { ...where, code: poison.code });
      },
    };
  };
