import type { Context } from '../model/context.ts';
import type { DomainEvent } from '../model/events.ts';
import { dayMs, type Instant } from '../model/instant.ts';
import type { Payment } from '../model/payment.ts';
import { possiblySent } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** When the event opens a page that the subscriber has not seen yet, to pay on or to add a method; null where it opens none. */
function openedAt({ binding }: Subscriber, event: DomainEvent): Instant | null {
  if (event.type === 'payment.created' && event.payment.kind === 'checkout')
    // Since a restore it may be one that the provider has already: the subscriber has seen it.
    return event.payment.providerPaymentId === null ? event.payment.createdRealAt : null;
  return event.type === 'binding.tracked' && event.binding.id !== binding?.id ? event.binding.createdRealAt : null;
}

/** The provider has no page of it: it was not reached, or it refused the first request. Else its page may have been seen. */
const neverWas = ({ send }: Pick<Payment, 'send'>, reason: string): boolean =>
  possiblySent(send) === 0 || reason === 'provider_refused' || reason === 'receipt_refused';

/** When the page was opened of which the event says that it never was; null where it says so of none. */
function takenBackAt({ binding }: Subscriber, event: DomainEvent): Instant | null {
  if (event.type === 'payment.failed') {
    const { payment, decline } = event;
    const isPage = payment.kind === 'checkout' && payment.providerPaymentId === null;
    return isPage && neverWas(payment, decline.reason) ? payment.createdRealAt : null;
  }
  if (event.type !== 'payment_method.bind_failed' || binding === null) return null;
  const isUnsent = event.reason === 'provider_unreachable' || possiblySent(binding.send) === 0;
  return isUnsent || event.reason === 'provider_refused' ? binding.createdRealAt : null;
}

/** The list without one such instant. */
function without(instants: readonly Instant[], instant: Instant): readonly Instant[] {
  const index = instants.indexOf(instant);
  return index < 0 ? instants : instants.toSpliced(index, 1);
}

/**
 * Remembers the pages of a day. One that is older counts no more, so the list is as long as the limit allows. Nor does one
 * that never was: an outage of the provider must lock no buyer out for a day.
 */
export function countPage(before: Subscriber, after: Subscriber, event: DomainEvent): Subscriber {
  const takenBack = takenBackAt(before, event);
  if (takenBack !== null) return { ...after, pagesOpenedAt: without(after.pagesOpenedAt, takenBack) };
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
