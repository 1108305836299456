import { secondMs } from '../domain/model/instant.ts';
import type { CoreServices } from './core-services.ts';

/** Older than this, an entry's own process has died or failed: it publishes at once otherwise. */
const leftoverAfterMs = 10 * secondMs;
const batchMax = 200;

/** Publishes what dead processes left in outboxes. An entry published twice is a repeat that readers ignore. */
export async function sweepOutbox(
  services: Pick<CoreServices, 'store' | 'clock' | 'relay'>,
): Promise<{ readonly found: number; readonly published: number }> {
  const leftovers = await services.store.findLeftovers(services.clock.now() - leftoverAfterMs, batchMax);
  const arrived = await Promise.all(leftovers.map(({ userId, outbox }) => services.relay.publish(userId, outbox)));
  return { found: leftovers.length, published: arrived.filter(Boolean).length };
}
