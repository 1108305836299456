import type { Log } from '../ports/log.ts';
import type { HistoryWriter, MessagePublisher, OutboxEntry, Relay } from '../ports/outbox.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';
import { createRecent } from '../services/recent.ts';

/** Entries per round: enough to merge a peak, few enough for one request each to Kafka and MongoDB. */
const roundMax = 200;
/** Entries that may wait in memory. The sweep publishes further ones from their documents. */
const queueMax = 5_000;
/** How long Kafka may take to acknowledge a round. */
const publishDeadlineMs = 10_000;

/** Ids of published entries kept in memory: a save that loaded its document before their removal passes them again. */
const rememberedMax = 10_000;

type Item = { readonly userId: string; readonly entry: OutboxEntry; readonly done: (arrived: boolean) => void };

type Services = {
  readonly store: Pick<SubscriberStore, 'pullOutbox'>;
  readonly readModels: HistoryWriter;
  readonly publisher: MessagePublisher;
  readonly log: Log;
};

/** Writes the read models, then Kafka, then removes the entries from their documents, so a crash loses none. */
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
 * Runs one round at a time per process, so messages of one key cannot overtake each other. A failed round also fails the
 * queued entries of its users, which would otherwise overtake it; their documents still have them.
 */
export function createRelay(services: Services): Relay {
  let queue: Item[] = [];
  const underWay = new Map<string, Promise<boolean>>();
  const arrived = createRecent<string, true>(rememberedMax);
  let running: Promise<void> | null = null;

  function failRound(failed: readonly Item[]): void {
    const users = new Set(failed.map((item) => item.userId));
    const [later, others] = [
      queue.filter((item) => users.has(item.userId)),
      queue.filter((item) => !users.has(item.userId)),
    ];
    queue = others;
    for (const item of [...failed, ...later]) item.done(false);
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
        failRound(round);
      }
    }
  }

  /** Starts again after the last round: an entry that was queued while it ended must not wait for the next save. */
  function start(): void {
    if (running !== null || queue.length === 0) return;
    running = run().then(() => {
      running = null;
      start();
    });
  }

  function enqueue(userId: string, entry: OutboxEntry): Promise<boolean> {
    // The outbox of a later save still holds entries that an earlier save has queued. They are published once, in order.
    if (arrived.get(entry.id) === true) return Promise.resolve(true);
    const known = underWay.get(entry.id);
    if (known !== undefined) return known;
    if (queue.length >= queueMax) return Promise.resolve(false);
    const arrival = Promise.withResolvers<boolean>();
    const done = (hasArrived: boolean): void => {
      // Removed before the promise resolves: a failed entry must be queued again, ahead of the user's later ones.
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
