import type { BlockedKeys } from '../../application/ports/blocked-keys.ts';
import type { Cipher } from '../../application/ports/cipher.ts';
import type { ConsumerDeclaration, Handled } from '../../application/ports/doors.ts';
import type { MessagePublisher } from '../../application/ports/outbox.ts';
import { classify } from './classify.ts';
import type { ClientOptions } from './client.ts';
import { buildDeadLetter } from './dead-letter.ts';
import { decodeDelivery, readHeaders } from './decode-delivery.ts';
import type { LogRecord } from './decode-delivery.ts';
import type { Parking } from './parking.ts';
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
  readonly blockedKeys: BlockedKeys;
  /** The consumer has crashed and will not come back: the process must end with a failure. */
  readonly onFatal: (error: Error) => void;
  readonly settings?: RunnerSettings;
};

/** What there is to do with one record: decode and handle it, queue it, or set it aside for good. Null parking: nothing queues. */
export const createMessageWork =
  <Services>(options: RunnerOptions<Services>, progress: Progress, parking: Parking | null, settings: RunnerSettings) =>
  (partition: number, message: LogRecord): Work => {
    const { declaration, services, client, decoder, publisher, cipher } = options;
    const { topic, group, name: consumer } = declaration;
    const correlationId = readHeaders(message.headers)['ce_correlationid'];
    const where = { consumer, topic, partition, offset: message.offset, correlationId };
    const handleOnce = async (): Promise<Handled> => {
      const handled = await declaration.handle(services, await decodeDelivery(decoder, topic, partition, message));
      if (handled.kind === 'ignored') client.log.debug('a message was ignored', { ...where, reason: handled.reason });
      return handled;
    };
    return {
      handle: async () => {
        if (parking !== null && (await parking.isBlocked(message))) return parking.park(partition, message, null);
        const end = progress.begin();
        try {
          return await handleOnce();
        } catch (error) {
          // Poison and outages have lines of their own; of a bug every attempt is worth one, it may differ.
          if (classify(error) === 'bug') client.log.warn('a handler failed', where, error);
          throw error;
        } finally {
          end();
        }
      },
      giveUp: (error) => {
        if (parking !== null) return parking.park(partition, message, { error });
        client.log.error('a message fails again and again and was dropped', where, error);
        return Promise.resolve({ kind: 'dropped' });
      },
      bury: async (poison) => {
        const letter = buildDeadLetter({ group, topic, partition, message }, poison, { cipher, clock: client.clock });
        await publisher.publish([letter], settings.deadLetterTimeoutMs);
        client.log.error('a message went to the dead letters', { ...where, code: poison.code });
      },
    };
  };
