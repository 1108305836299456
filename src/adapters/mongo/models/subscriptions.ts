import type { Subscription } from '../../../domain/model/subscription.ts';
import { historyFields, type HistoryRow } from './history-fields.ts';
import { subscriptionFields } from './parts/subscription.ts';
import { createCollection, optional, required } from './schema.ts';

type Kept<Row> = Row extends unknown ? Omit<Row, 'id' | 'createdAt' | 'graceUntil' | 'endedAt' | 'notices'> : never;
export type SubscriptionRow = HistoryRow &
  Kept<Subscription> & {
    readonly createdAt: Date;
    readonly periodEnd: Date | null;
    readonly graceUntil: Date | null;
    readonly endedAt: Date | null;
  };

/** Read model: every subscription as of its last change. */
export const subscriptions = createCollection<SubscriptionRow>(
  'subscriptions',
  {
    ...historyFields,
    ...subscriptionFields,
    /** Since when, on the subscriber's clock. */
    createdAt: required(Date),
    /** Until when it is paid; null before the first payment. */
    periodEnd: optional(Date),
    /** Until when an unpaid period keeps its access. */
    graceUntil: optional(Date),
    /** When it ended; null while it lives. */
    endedAt: optional(Date),
  },
  [{ name: 'of_user', key: { userId: 1, createdAt: -1 } }],
);
