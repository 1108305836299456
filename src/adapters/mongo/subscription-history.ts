import { trusted } from 'mongoose';
import type { SubscriptionHistory } from '../../application/ports/subscription-history.ts';
import type { CommandRow } from './models/commands.ts';
import type { Models } from './models/open-models.ts';
import type { SubscriptionRow } from './models/subscriptions.ts';
import { askStore } from './store-fault.ts';

/** Subscriptions and commands out of the read models. Both queries use an index. */
export const createSubscriptionHistory = ({ subscriptions, commands }: Models): SubscriptionHistory => ({
  findSubscription: (subscriptionId) =>
    askStore(async () => {
      const row = await subscriptions.findById(subscriptionId).lean<SubscriptionRow>();
      if (row === null) return null;
      const { _id: id, status, createdAt, endedAt } = row;
      const endCause = 'cause' in row ? row.cause : null;
      return { id, status, createdAt: createdAt.getTime(), endedAt: endedAt?.getTime() ?? null, endCause };
    }),
  listDone: ({ userId, subscriptionId, types, limit }) =>
    askStore(async () => {
      const done = { 'outcome.kind': 'completed' as const, 'outcome.subscriptionId': subscriptionId };
      const rows = await commands
        .find({ userId, type: trusted({ $in: [...types] }), ...done })
        .sort({ acceptedAt: -1, _id: -1 })
        .limit(limit)
        .lean<CommandRow[]>();
      return rows.map(({ _id: id, type, acceptedAt }) => ({ id, type, acceptedAt: acceptedAt.getTime() }));
    }),
});
