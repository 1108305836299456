import type { Log } from './ports/log.ts';
import type { HistoryWriter, MessagePublisher, OutboxEntry } from './ports/outbox.ts';
import type { SubscriberStore } from './ports/subscriber-store.ts';
import { createRecent } from './recent.ts';

/** Entries taken into one round: large enough to merge a storm, small enough for one request each to Kafka and MongoDB. */
const roundMax = 200;
/** Entries that may wait here; beyond it the sweep publishes them, from the documents where they are safe anyway. */
const queueMax = 5_000;
/** How long Kafka may take to acknowledge a round. */
const publishDeadlineMs = 10_000;

/** Entries remembered after they arrived: a save that loaded its document a moment too early hands them in once more. */
const rememberedMax = 10_000;

export type Relay = {
  /**
   * Publishes a user's whole outbox as loaded and added to, oldest first. Resolves true when all of it has arrived
   * everywhere and has left the document; false when it stays there for the sweep. Never rejects.
   */
  readonly publish: (userId: string, entries: readonly OutboxEntry[]) => Promise<boolean>;
  /** Resolves when nothing is queued or under way. */
  readonly idle: () => Promise<void>;
};

type Item = { readonly userId: string; readonly entry: OutboxEntry; readonly done: (arrived: boolean) => void };

type Services = {
  readonly store: Pick<SubscriberStore, 'pullOutbox'>;
  readonly readModels: HistoryWriter;
  readonly publisher: MessagePublisher;
  readonly log: Log;
};

/** Read models first, then Kafka, then out of the document: an entry leaves only when both have it. */
async function publishRound(services: Services, round: readonly Item[]): Promise<void> {
  await services.readModels.write(round.flatMap((item) => item.entry.rows));
  const messages = round.flatMap((item) => item.entry.messages);
  if (messages.length > 0) await services.publisher.publish(messages, publishDeadlineMs);
  const byUser = Map.groupBy(round, (item) => item.userId);
  await services.store.pullOutbox(
    [...byUser].map(([userId, items]) => ({ userId, entryIds: items.map((item) => item.entry.id) })),
  );
}

/**
 * One round at a time per process, everything queued meanwhile goes into the next: order per key holds because order
 * holds at all. A failed round fails whatever waits behind it for the same users; the documents still have it.
 */
export function createRelay(services: Services): Relay {
  let queue: Item[] = [];
  const underWay = new Map<string, Promise<boolean>>();
  const arrived = createRecent<string, true>(rememberedMax);
  let running: Promise<void> | null = null;

  function dropBehind(failed: readonly Item[]): void {
    const users = new Set(failed.map((item) => item.userId));
    const [behind, others] = [
      queue.filter((item) => users.has(item.userId)),
      queue.filter((item) => !users.has(item.userId)),
    ];
    queue = others;
    for (const item of [...failed, ...behind]) item.done(false);
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const round = queue.splice(0, roundMax);
      try {
        await publishRound(services, round);
        for (const item of round) {
          arrived.set(item.entry.id, true);
          item.done(true);
        }
      } catch (cause) {
        services.log.warn('outbox round failed; the sweep repeats it', { count: round.length }, cause);
        dropBehind(round);
      }
    }
  }

  /** Looked at again after the last round: what was queued while it ended must not wait for somebody's next save. */
  function start(): void {
    if (running !== null || queue.length === 0) return;
    running = run().then(() => {
      running = null;
      start();
    });
  }

  function enqueue(userId: string, entry: OutboxEntry): Promise<boolean> {
    // The outbox of a later save still holds what an earlier one queued: once is enough, and the order stays.
    if (arrived.get(entry.id) === true) return Promise.resolve(true);
    const known = underWay.get(entry.id);
    if (known !== undefined) return known;
    if (queue.length >= queueMax) return Promise.resolve(false);
    const arrival = Promise.withResolvers<boolean>();
    const done = (hasArrived: boolean): void => {
      // Forgotten before anybody can ask: a failed entry must be queued again, ahead of what comes after it.
      underWay.delete(entry.id);
      arrival.resolve(hasArrived);
    };
    queue.push({ userId, entry, done });
    underWay.set(entry.id, arrival.promise);
    return arrival.promise;
  }

  return {
    publish: async (userId, entries) => {
      const arrivals = entries.map((entry) => enqueue(userId, entry));
      start();
      return (await Promise.all(arrivals)).every(Boolean);
    },
    idle: async () => {
      while (running !== null) await running;
    },
  };
}
