import kafkajs from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import { clientSettings } from '../client/settings.ts';

/** How kafkajs says that its attempts were used up, rather than that another one is of no use. */
const mayHelp = (error: unknown): boolean => error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded;

/**
 * Repeats the whole send until every broker has acknowledged its part. kafkajs's own repeat leaves out a broker that has
 * answered once. When a failing broker's partitions move there meanwhile, it acknowledges messages that it never sent. A
 * whole repeat may send some of them twice, in their order.
 */
export async function sendWhole(attempt: () => Promise<unknown>, clock: Clock): Promise<void> {
  let pauseMs: number = clientSettings.initialRetryMs;
  for (let tried = 0; ; tried += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!mayHelp(error) || tried === clientSettings.producerRetries) throw error;
    }
    await clock.wait(pauseMs);
    pauseMs = Math.min(pauseMs * 2, clientSettings.maxRetryMs);
  }
}
