import { secondMs } from '../../domain/model/instant.ts';
import type { CoreServices } from '../services/core-services.ts';

/** An entry this old was not published by its own process, which died or failed: it publishes at once otherwise. */
const leftoverAfterMs = 10 * secondMs;
const batchMax = 200;

/**
 * Publishes outbox entries whose process did not. An entry that is published twice is a repeat, which readers ignore. Users
 * whose outbox cannot be published do not count against the batch, or enough of them would keep the others from it.
 */
export async function sweepOutbox(
  services: Pick<CoreServices, 'store' | 'clock' | 'relay'>,
): Promise<{ readonly found: number; readonly published: number }> {
  const leftovers = await services.store.findLeftovers(services.clock.now() - leftoverAfterMs, {
    limit: batchMax,
    except: services.relay.paused(),
  });
  const arrived = await Promise.all(leftovers.map(({ userId, outbox }) => services.relay.publish(userId, outbox)));
  return { found: leftovers.length, published: arrived.filter(Boolean).length };
}
