import { Fault } from '../ports/faults.ts';
import type { Log } from '../ports/log.ts';
import type { HistoryWriter, MessagePublisher, OutboxEntry } from '../ports/outbox.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';
import type { PausedUsers } from './paused-users.ts';

/** How long Kafka may take to acknowledge a round. */
const publishDeadlineMs = 10_000;

/** One entry of the outbox of one user. */
export type Item = { readonly userId: string; readonly entry: OutboxEntry; readonly done: (arrived: boolean) => void };

export type PublishServices = {
  readonly store: Pick<SubscriberStore, 'pullOutbox'>;
  readonly readModels: HistoryWriter;
  readonly publisher: MessagePublisher;
  readonly log: Log;
};

type Ends = {
  readonly paused: Pick<PausedUsers, 'failed'>;
  readonly onArrived: (items: readonly Item[]) => void;
  readonly onFailed: (items: readonly Item[]) => void;
};

const isUnavailable = (cause: unknown): boolean => cause instanceof Fault && cause.retryable;

/** Writes the read models, then Kafka, then removes the entries from their documents, so a crash loses none. */
async function publishRound(services: PublishServices, round: readonly Item[]): Promise<void> {
  await services.readModels.write(round.flatMap((item) => item.entry.rows));
  const messages = round.flatMap((item) => item.entry.messages);
  if (messages.length > 0) await services.publisher.publish(messages, publishDeadlineMs);
  const byUser = Map.groupBy(round, (item) => item.userId);
  await services.store.pullOutbox(
    [...byUser].map(([userId, items]) => ({ userId, entryIds: items.map((item) => item.entry.id) })),
  );
}

/**
 * Publishes a round, in one request each to the read models and Kafka. Where the round holds what this process cannot
 * publish, it is published user by user, so that only the user of that entry waits. Resolves false while a dependency is unavailable.
 */
export function createPublishItems(services: PublishServices, { paused, onArrived, onFailed }: Ends) {
  async function publish(items: readonly Item[]): Promise<boolean> {
    try {
      await publishRound(services, items);
    } catch (cause) {
      if (!isUnavailable(cause)) return publishEach(items, cause);
      services.log.warn('outbox round failed; the sweep repeats it', { count: items.length }, cause);
      onFailed(items);
      return false;
    }
    onArrived(items);
    return true;
  }

  async function publishEach(items: readonly Item[], cause: unknown): Promise<boolean> {
    const byUser = [...Map.groupBy(items, ({ userId }) => userId)];
    let isThere = true;
    for (const [userId, own] of byUser) {
      if (byUser.length === 1) {
        services.log.error('an outbox cannot be published', { userId, count: own.length }, cause);
        paused.failed(userId);
        onFailed(own);
      } else if (isThere) isThere = await publish(own);
      else onFailed(own);
    }
    return isThere;
  }

  return publish;
}
