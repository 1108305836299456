import type { Instant } from '../../domain/model/instant.ts';
import type { Payment } from '../../domain/model/payment.ts';
import type { Term } from '../../domain/model/subscription.ts';
import type { Tariff } from '../../domain/model/tariff.ts';
import type { ChangeSet } from '../../domain/subscription/finalize-decision.ts';
import type { WhyPaid } from '../ports/outbox.ts';

export const tariffNames = ({ id, alias, name }: Tariff): WhyPaid['tariff'] => ({ id, alias, name });

/** The term that the payment has bought in this change. */
function boughtTerm(paymentId: string, { events }: ChangeSet): Term | null {
  const granted = events
    .map(({ event }) => event)
    .find(
      (event) =>
        (event.type === 'subscription.activated' || event.type === 'subscription.renewed') &&
        event.paymentId === paymentId,
    );
  return granted !== undefined && 'subscription' in granted && 'term' in granted.subscription
    ? granted.subscription.term
    : null;
}

/** What history keeps of why the payment was made; null where nothing is known of its subscription any more. */
export function whyPaid(
  { id, purchase, subscriptionId, noticeId }: Payment,
  changeSet: ChangeSet,
  now: Instant,
): WhyPaid | null {
  const { subscription: newest } = changeSet.state;
  const subscription = newest?.id === subscriptionId ? newest : null;
  const tariff = purchase?.tariff ?? subscription?.tariff;
  if (tariff === undefined) return null;
  const notices = subscription !== null && 'notices' in subscription ? (subscription.notices ?? []) : [];
  const notice = notices.find((given) => given.id === noticeId);
  const term = boughtTerm(id, changeSet);
  const isPublished = changeSet.events.some(({ event }) => event.type === 'entitlement.changed');
  const published = isPublished ? { publishedAt: now } : {};
  return {
    tariff: tariffNames(tariff),
    notice: notice === undefined ? null : { id: notice.id, kind: notice.kind, at: notice.at },
    period: term === null ? null : { start: term.periodStart, end: term.periodEnd, ...published },
  };
}
