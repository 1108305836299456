import type { OutboxEntry, Relay, SweptTo } from '../ports/outbox.ts';
import { createRecent } from '../services/recent.ts';
import { createPausedUsers } from './paused-users.ts';
import { createPublishItems, type Item, type PublishServices } from './publish-items.ts';
import { createWaitingItems } from './waiting-items.ts';

/** Entries per round: enough to merge a peak, few enough for one request each to Kafka and MongoDB. */
const roundMax = 200;
/** Entries in hand while another round begins: what partitions that take nothing get within a deadline, under load. */
const inHandMax = 1_000;
/** Entries that may be in memory. The sweep publishes further ones from their documents. */
const queueMax = 5_000;
/** Ids of published entries kept in memory: a save that loaded its document before their removal passes them again. */
const rememberedMax = 10_000;

const usersOf = (items: readonly Item[]): ReadonlySet<string> => new Set(items.map(({ userId }) => userId));

function createSweepMark(): Pick<Relay, 'sweptTo' | 'noteSweep'> {
  let sweptTo: SweptTo | null = null;
  return { sweptTo: () => sweptTo, noteSweep: (to) => void (sweptTo = to) };
}

/**
 * Begins one round at a time per process, and none for a user whose last one has not ended, so messages of one key cannot overtake each
 * other. A failure also fails the queued entries of its users, which would otherwise overtake it; their documents still have them.
 */
export function createRelay(services: PublishServices): Relay {
  const waiting = createWaitingItems();
  /** What waits or is in hand. */
  const underWay = new Map<string, Promise<boolean>>();
  const arrived = createRecent<string, true>(rememberedMax);
  const paused = createPausedUsers(services.clock);
  let running: Promise<void> | null = null;

  function failAll(failed: readonly Item[]): void {
    const later = waiting.drop(usersOf(failed));
    for (const item of [...failed, ...later]) item.done(false);
    start();
  }

  function noteArrived(items: readonly Item[]): void {
    waiting.free(usersOf(items));
    for (const { userId, entry, done } of items) {
      arrived.set(entry.id, true);
      paused.arrived(userId);
      done(true);
    }
    start();
  }

  const publishItems = createPublishItems(services, { paused, onArrived: noteArrived, onFailed: failAll });

  /** Starts again after each round: an entry that was queued while it ended must not wait for the next save. */
  function start(): void {
    if (running !== null || underWay.size - waiting.size() >= inHandMax) return;
    const round = waiting.take(roundMax);
    if (round.length === 0) return;
    running = publishItems(round).then(() => {
      running = null;
      start();
    });
  }

  function enqueue(userId: string, entry: OutboxEntry, isPaused: boolean): Promise<boolean> {
    // The outbox of a later save still holds entries that an earlier save has queued. They are published once, in order.
    if (arrived.get(entry.id) === true) return Promise.resolve(true);
    const known = underWay.get(entry.id);
    if (known !== undefined) return known;
    if (underWay.size >= queueMax || isPaused) return Promise.resolve(false);
    const arrival = Promise.withResolvers<boolean>();
    const done = (hasArrived: boolean): void => {
      // Removed before the promise resolves: a failed entry must be queued again, ahead of the user's later ones.
      underWay.delete(entry.id);
      arrival.resolve(hasArrived);
    };
    waiting.push({ userId, entry, done });
    underWay.set(entry.id, arrival.promise);
    return arrival.promise;
  }

  return {
    publish: async (userId, entries) => {
      // Asked once: a pause that ended between two entries would let the later one overtake.
      const isPaused = paused.isPaused(userId);
      const arrivals = entries.map((entry) => enqueue(userId, entry, isPaused));
      start();
      return (await Promise.all(arrivals)).every(Boolean);
    },
    paused: paused.all,
    ...createSweepMark(),
    idle: async () => {
      while (running !== null || underWay.size > 0) await Promise.all([running, ...underWay.values()]);
    },
  };
}
