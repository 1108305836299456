import { secondMs } from '../../domain/model/instant.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { SweptTo } from '../ports/outbox.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';

/** An entry this old was not published by its own process, which died or failed: it publishes at once otherwise. */
const leftoverAfterMs = 10 * secondMs;
const batchMax = 200;

type Leftover = Awaited<ReturnType<SubscriberStore['findLeftovers']>>[number];

/** After a full batch there may be more: users of the same instant as its last one are not found again. */
function sweptTo(found: readonly Leftover[], before: SweptTo | null): SweptTo | null {
  const at = found.at(batchMax - 1)?.outbox[0]?.at;
  if (at === undefined) return null;
  const users = found.flatMap(({ userId, outbox: [oldest] }) => (oldest?.at === at ? [userId] : []));
  return { at, users: before?.at === at ? [...before.users, ...users] : users };
}

/**
 * Publishes outbox entries whose process did not. An entry that is published twice is a repeat, which readers ignore. A run goes on
 * where the last one ended, and the one after the end begins at the oldest: any number of users whose outbox cannot be published, more than
 * are known to be paused, keep no other from it.
 */
export async function sweepOutbox({
  store,
  clock,
  relay,
}: Pick<CoreServices, 'store' | 'clock' | 'relay'>): Promise<{ readonly found: number; readonly published: number }> {
  const last = relay.sweptTo();
  const leftovers = await store.findLeftovers(clock.now() - leftoverAfterMs, {
    limit: batchMax,
    from: last?.at ?? null,
    except: [...relay.paused(), ...(last?.users ?? [])],
  });
  relay.noteSweep(sweptTo(leftovers, last));
  const arrived = await Promise.all(leftovers.map(({ userId, outbox }) => relay.publish(userId, outbox)));
  return { found: leftovers.length, published: arrived.filter(Boolean).length };
}
