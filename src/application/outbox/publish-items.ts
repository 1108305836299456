import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/faults.ts';
import type { Log } from '../ports/log.ts';
import type { HistoryWriter, MessagePublisher, OutboxEntry } from '../ports/outbox.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';
import { within } from '../services/within.ts';
import type { PausedUsers } from './paused-users.ts';

/** How long Kafka may take to acknowledge a round. */
const publishDeadlineMs = 10_000;
/** A round waits so long for all of its users; an acknowledgement takes some milliseconds. Then the next round begins without the rest. */
const graceMs = 250;

/** One entry of the outbox of one user. */
export type Item = { readonly userId: string; readonly entry: OutboxEntry; readonly done: (arrived: boolean) => void };

export type PublishServices = {
  readonly store: Pick<SubscriberStore, 'pullOutbox'>;
  readonly readModels: HistoryWriter;
  readonly publisher: MessagePublisher;
  readonly log: Log;
  readonly clock: Pick<Clock, 'wait' | 'monotonicMs'>;
};

type Ends = {
  readonly paused: Pick<PausedUsers, 'failed'>;
  readonly onArrived: (items: readonly Item[]) => void;
  readonly onFailed: (items: readonly Item[]) => void;
};

const isUnavailable = (cause: unknown): boolean => cause instanceof Fault && cause.retryable;

/** What a round has of one user. */
type Own = { readonly userId: string; readonly items: readonly Item[] };
type Failure = { readonly own: Own; readonly cause: unknown };
/** What Kafka was asked to take of one user; `failure` is undefined until it has answered. */
type Sent = { readonly own: Own; readonly answered: Promise<void>; failure?: Failure | null };

const itemsOf = (users: readonly Own[]): readonly Item[] => users.flatMap(({ items }) => items);

async function write(services: PublishServices, users: readonly Own[]): Promise<void> {
  await services.readModels.write(itemsOf(users).flatMap((item) => item.entry.rows));
}

async function send({ publisher }: PublishServices, { items }: Own): Promise<void> {
  const messages = items.flatMap((item) => item.entry.messages);
  if (messages.length > 0) await publisher.publish(messages, publishDeadlineMs);
}

async function pull({ store }: PublishServices, users: readonly Own[]): Promise<void> {
  await store.pullOutbox(users.map(({ userId, items }) => ({ userId, entryIds: items.map(({ entry }) => entry.id) })));
}

/** Does it for all at once. Where it is refused, for each user alone, until something is unavailable. Returns what has failed. */
async function forAll(
  users: readonly Own[],
  act: (users: readonly Own[]) => Promise<void>,
): Promise<readonly Failure[]> {
  if (users.length === 0) return [];
  try {
    await act(users);
    return [];
  } catch (cause) {
    if (isUnavailable(cause) || users.length === 1) return users.map((own) => ({ own, cause }));
  }
  const failures: Failure[] = [];
  for (const [index, own] of users.entries()) {
    failures.push(...(await forAll([own], act)));
    const cause = failures.at(-1)?.cause;
    if (isUnavailable(cause)) return [...failures, ...users.slice(index + 1).map((later) => ({ own: later, cause }))];
  }
  return failures;
}

function without(users: readonly Own[], failures: readonly Failure[]): readonly Own[] {
  const failed = new Set(failures.map(({ own }) => own));
  return users.filter((own) => !failed.has(own));
}

/**
 * Publishes a round: writes the read models, then Kafka, then removes the entries from their documents, so a crash loses none. What this
 * process cannot publish makes its own user wait alone. Each user is sent by a call of their own: Kafka may acknowledge some and not
 * others, whose partition takes nothing. Resolves after the grace at the latest; users without an answer then end later. Never rejects.
 */
export function createPublishItems(services: PublishServices, { paused, onArrived, onFailed }: Ends) {
  /** What is unavailable fails many at once, and is one line. */
  function endFailed(failures: readonly Failure[]): void {
    const waiting = failures.filter(({ cause }) => isUnavailable(cause));
    for (const { own, cause } of failures.filter((failure) => !waiting.includes(failure))) {
      const { userId, items } = own;
      services.log.error('an outbox cannot be published', { userId, count: items.length }, cause);
      paused.failed(userId);
    }
    const count = waiting.reduce((sum, { own }) => sum + own.items.length, 0);
    if (count > 0) services.log.warn('outbox round failed; the sweep repeats it', { count }, waiting[0]?.cause);
    for (const { own } of failures) onFailed(own.items);
  }

  function begin(own: Own): Sent {
    const answered = send(services, own).then(
      () => void (sent.failure = null),
      (cause: unknown) => void (sent.failure = { own, cause }),
    );
    const sent: Sent = { own, answered };
    return sent;
  }

  /** Ends those that are answered within the grace, together, and lets the others go on by themselves. */
  async function settle(all: readonly Sent[]): Promise<void> {
    await within({ clock: services.clock, ms: graceMs }, () => Promise.all(all.map(({ answered }) => answered)));
    const open = all.filter(({ failure }) => failure === undefined);
    if (open.length > 0) void settle(open);
    const acknowledged = all.flatMap(({ own, failure }) => (failure === null ? [own] : []));
    const unpulled = await forAll(acknowledged, (users) => pull(services, users));
    onArrived(itemsOf(without(acknowledged, unpulled)));
    endFailed([...all.flatMap(({ failure }) => failure ?? []), ...unpulled]);
  }

  return async (round: readonly Item[]): Promise<void> => {
    const users = [...Map.groupBy(round, ({ userId }) => userId)].map(([userId, items]) => ({ userId, items }));
    const unwritten = await forAll(users, (some) => write(services, some));
    endFailed(unwritten);
    await settle(without(users, unwritten).map(begin));
  };
}
