import type { CommandEntry } from '../../domain/model/command.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { EndCause, SubscriptionStatus } from '../../domain/model/subscription.ts';

export type HistorySubscription = {
  readonly id: string;
  readonly status: SubscriptionStatus;
  readonly createdAt: Instant;
  /** Null while it lives. */
  readonly endedAt: Instant | null;
  readonly endCause: EndCause | null;
};

/** Subscriptions and commands as the read models know them, of whatever age. */
export type SubscriptionHistory = {
  /** Null when there is none of this id. */
  readonly findSubscription: (subscriptionId: string) => Promise<HistorySubscription | null>;
  /** The commands of these types that were carried out on the subscription, newest first. */
  readonly listDone: (query: {
    readonly userId: string;
    readonly subscriptionId: string;
    readonly types: readonly string[];
    readonly limit: number;
  }) => Promise<readonly Pick<CommandEntry, 'id' | 'type' | 'acceptedAt'>[]>;
};
