import { type Draft, record } from '../decision/draft.ts';
import type { Instant } from '../model/instant.ts';
import type { Money } from '../model/money.ts';
import { beganAs, type EndCause, type EndedSubscription, type Subscription } from '../model/subscription.ts';
import { awaitsPurchase } from '../model/subscription-questions.ts';

type End = { readonly cause: EndCause; readonly at: Instant } & (
  | { readonly status: 'expired' | 'incomplete_expired' }
  /** The reason given by the subscriber or by the decision that ended it early, and what of the unused part goes back. */
  | { readonly status: 'canceled'; readonly reason: string | null; readonly refunded?: Money }
);

/** Ends that the subscriber did not choose. */
const byStaff: ReadonlySet<EndCause> = new Set(['refunded', 'charged_back']);

/** Ends the subscription. The document keeps its terms, its last period, and when and why it ended. */
export function endSubscription(draft: Draft, before: Subscription, end: End): Draft {
  const { id, tariff, paySystem, cancelReason = null } = before;
  const { status, cause, at: endedAt } = end;
  const term = awaitsPurchase(before) ? null : before.term;
  const said = cancelReason === null ? {} : { cancelReason };
  const terms = { id, tariff, paySystem, ...beganAs(before), autoRenew: false, ...said };
  const subscription: EndedSubscription = { ...terms, status, term, endedAt, cause };
  switch (end.status) {
    case 'expired':
      return record(draft, { type: 'subscription.expired', subscription, cause });
    case 'incomplete_expired':
      return record(draft, { type: 'subscription.activation_expired', subscription, cause });
    case 'canceled': {
      const { reason, refunded } = end;
      const back = refunded === undefined ? {} : { refunded };
      const voluntary = !byStaff.has(cause);
      return record(draft, { type: 'subscription.canceled', subscription, voluntary, reason, ...back });
    }
  }
}
