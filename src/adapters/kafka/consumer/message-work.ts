import type { Handled } from '../../../application/ports/consumer.ts';
import { mustQueue } from '../../../application/ports/faults.ts';
import { topicNames } from '../../../messages/topics.ts';
import { buildDeadLetter } from './dead-letter.ts';
import { decodeDelivery, type LogRecord, originOf, readHeaders } from './decode-delivery.ts';
import type { Liveness } from './liveness.ts';
import type { RunnerOptions, RunnerTools } from './runner-options.ts';
import { classify, type Work } from './retry-message.ts';

export type MessageWork = Work & { readonly handle: () => Promise<Handled> };

/** The steps for one record, without the check for a blocked key: decode and handle it, drop it, or dead-letter it. */
export const createMessageWork =
  <Services>(options: RunnerOptions<Services>, { about, clock, log, settings }: RunnerTools, liveness: Liveness) =>
  (partition: number, message: LogRecord): MessageWork => {
    const { declaration, services, decoder, publisher, cipher, meter } = options;
    const { topic, group, consumer } = about;
    // Called only inside the steps, whose failures are classified: reading the headers of a foreign record may throw.
    const where = () => {
      const { correlationId } = originOf(readHeaders(message.headers));
      return {
        consumer,
        topic,
        partition,
        offset: message.offset,
        ...(correlationId === null ? {} : { correlationId }),
      };
    };
    return {
      handle: async () => {
        const markEnd = liveness.begin();
        try {
          const delivery = await decodeDelivery({ decoder, clock }, topic, partition, message);
          const handled = await declaration.handle(services, delivery);
          if (handled.kind === 'ignored') log.debug('a message was ignored', { ...where(), reason: handled.reason });
          return handled;
        } catch (error) {
          // Poison and outages are logged elsewhere. Every attempt at a bug is logged, because its error may differ.
          if (classify(error) === 'bug') log.warn('a handler failed', where(), error);
          throw error;
        } finally {
          markEnd();
        }
      },
      giveUp: (error) => {
        if (mustQueue(error)) log.warn('a message cannot be handled yet and was dropped', where(), error);
        else log.error('a message fails again and again and was dropped', where(), error);
        return Promise.resolve({ kind: 'dropped' });
      },
      deadLetter: async (poison) => {
        // Its dead letter would come back to the same topic and group, perhaps for ever. The topic keeps the record.
        if (topic === topicNames.deadLetters) {
          log.error('a dead letter cannot be read and was skipped', { ...where(), code: poison.code });
          return;
        }
        const letter = buildDeadLetter({ group, topic, partition, message }, poison, { cipher, clock });
        await publisher.publish([letter], settings.deadLetterTimeoutMs);
        meter.deadLettered({ consumer, reason: poison.code });
        log.error('a message went to the dead letters', { ...where(), code: poison.code });
      },
    };
  };
