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
const isRefused = (cause: unknown): boolean => !isUnavailable(cause);

type Failure = { readonly items: readonly Item[]; readonly cause: unknown };

async function send({ publisher }: PublishServices, items: readonly Item[]): Promise<void> {
  const messages = items.flatMap((item) => item.entry.messages);
  if (messages.length > 0) await publisher.publish(messages, publishDeadlineMs);
}

/**
 * Writes the read models, then Kafka, then removes the entries from their documents, so a crash loses none. Each user is published by
 * a call of their own: Kafka may acknowledge some and not others, whose partition takes nothing. Returns what has failed.
 */
async function publishRound(services: PublishServices, round: readonly Item[]): Promise<readonly Failure[]> {
  await services.readModels.write(round.flatMap((item) => item.entry.rows));
  const byUser = [...Map.groupBy(round, (item) => item.userId)];
  const sent = await Promise.allSettled(byUser.map(([, items]) => send(services, items)));
  const arrived = byUser.filter((_, index) => sent[index]?.status === 'fulfilled');
  const pulls = arrived.map(([userId, items]) => ({ userId, entryIds: items.map((item) => item.entry.id) }));
  if (pulls.length > 0) await services.store.pullOutbox(pulls);
  return byUser.flatMap(([, items], index) => {
    const ended = sent[index];
    return ended?.status === 'rejected' ? [{ items, cause: ended.reason as unknown }] : [];
  });
}

/**
 * Publishes a round, in one request to the read models. Where they refuse what the round holds, it is written user by user. What this
 * process cannot publish makes its own user wait alone. Resolves false while a dependency is unavailable.
 */
export function createPublishItems(services: PublishServices, { paused, onArrived, onFailed }: Ends) {
  /** What is unavailable fails many at once, and is one line. Returns whether nothing is. */
  function fail(failures: readonly Failure[]): boolean {
    const waiting = failures.filter(({ cause }) => isUnavailable(cause));
    const refused = failures.filter(({ cause }) => isRefused(cause));
    for (const { items, cause } of refused) {
      const userId = items[0]?.userId ?? '';
      services.log.error('an outbox cannot be published', { userId, count: items.length }, cause);
      paused.failed(userId);
    }
    const count = waiting.reduce((sum, { items }) => sum + items.length, 0);
    if (count > 0) services.log.warn('outbox round failed; the sweep repeats it', { count }, waiting[0]?.cause);
    for (const { items } of failures) onFailed(items);
    return count === 0;
  }

  async function publish(items: readonly Item[]): Promise<boolean> {
    try {
      const failures = await publishRound(services, items);
      const failed = new Set(failures.flatMap((failure) => failure.items));
      onArrived(items.filter((item) => !failed.has(item)));
      return fail(failures);
    } catch (cause) {
      const byUser = [...Map.groupBy(items, ({ userId }) => userId).values()];
      return isRefused(cause) && byUser.length > 1 ? publishEach(byUser) : fail([{ items, cause }]);
    }
  }

  async function publishEach(byUser: readonly (readonly Item[])[]): Promise<boolean> {
    let isThere = true;
    for (const own of byUser) {
      if (isThere) isThere = await publish(own);
      else onFailed(own);
    }
    return isThere;
  }

  return publish;
}
