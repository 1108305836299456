import type { SubscriptionHistory } from '../../src/application/ports/subscription-history.ts';
import type { MemoryReadModels } from './read-models.ts';

export const createMemorySubscriptionHistory = ({ rows }: Pick<MemoryReadModels, 'rows'>): SubscriptionHistory => ({
  findSubscription: (subscriptionId) => {
    const found = rows().find(({ model, id }) => model === 'subscriptions' && id === subscriptionId);
    if (found?.model !== 'subscriptions') return Promise.resolve(null);
    const { id, status, createdAt } = found.row;
    const ended = 'endedAt' in found.row ? { endedAt: found.row.endedAt, endCause: found.row.cause } : null;
    return Promise.resolve({ id, status, createdAt, ...(ended ?? { endedAt: null, endCause: null }) });
  },
  listDone: ({ userId, subscriptionId, types, limit }) =>
    Promise.resolve(
      rows()
        .flatMap((row) => (row.model === 'commands' && row.userId === userId ? [row.row] : []))
        .filter(({ type, outcome }) => {
          if (!types.includes(type) || outcome?.kind !== 'completed') return false;
          return outcome.subscriptionId === subscriptionId;
        })
        .toSorted((a, b) => b.acceptedAt - a.acceptedAt || (a.id < b.id ? 1 : -1))
        .slice(0, limit)
        .map(({ id, type, acceptedAt }) => ({ id, type, acceptedAt })),
    ),
});
