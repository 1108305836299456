import type { Context } from '../model/context.ts';
import type { DomainEvent } from '../model/events.ts';
import { dayMs, type Instant } from '../model/instant.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** When the event opens a page that the subscriber has not seen yet, to pay on or to add a method; null where it opens none. */
function openedAt({ binding }: Subscriber, event: DomainEvent): Instant | null {
  if (event.type === 'payment.created' && event.payment.kind === 'checkout')
    // Since a restore it may be one that the provider has already: the subscriber has seen it.
    return event.payment.providerPaymentId === null ? event.payment.createdRealAt : null;
  return event.type === 'binding.tracked' && event.binding.id !== binding?.id ? event.binding.createdRealAt : null;
}

/** Remembers the pages of a day. One that is older counts no more, so the list is as long as the limit allows. */
export function countPage(before: Subscriber, after: Subscriber, event: DomainEvent): Subscriber {
  const opened = openedAt(before, event);
  if (opened === null) return after;
  return { ...after, pagesOpenedAt: [...after.pagesOpenedAt.filter((at) => at > opened - dayMs), opened] };
}

/**
 * Whether the decision opens one page too many. A stolen card is tried on page after page, and one who buys, leaves and buys
 * again costs the shop a fee each time. The same page shown again is no further one.
 */
export function opensTooMany(
  before: Subscriber,
  events: readonly DomainEvent[],
  { realNow, policy }: Context,
): boolean {
  const today = before.pagesOpenedAt.filter((at) => at > realNow - dayMs);
  return today.length >= policy.pagesPerDayMax && events.some((event) => openedAt(before, event) !== null);
}
