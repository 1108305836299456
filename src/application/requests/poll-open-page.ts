import { showsPage } from '../../domain/model/payment-states.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { acceptNotification, type AcceptNotificationServices } from './accept-notification.ts';
import type { Log } from '../ports/log.ts';
import type { Hint, Trace } from '../ports/message-factory.ts';
import { createRecent } from '../services/recent.ts';

/** How long before a page is checked again. It bounds a subscriber's wait when the notification is lost. */
const againAfterMs = 3_000;
/** Pages remembered. Beyond them the oldest may be checked again too soon. */
const pagesMax = 10_000;
/** Checks per second and process: waiting subscribers must not use up the provider's rate limit. */
const perSecondMax = 10;

/** The pages of the subscriber that are open, of a payment and of a binding. */
const openPages = ({ payment, binding }: Subscriber, provider: string): readonly Hint[] => [
  ...(payment !== null && showsPage(payment) && payment.providerPaymentId !== null
    ? [{ provider: payment.paySystem, objectType: 'payment' as const, objectId: payment.providerPaymentId }]
    : []),
  ...(binding !== null && showsPage(binding) && binding.providerMethodId !== null
    ? [{ provider, objectType: 'payment_method' as const, objectId: binding.providerMethodId }]
    : []),
];

export type PollOpenPage = (subscriber: Subscriber, trace: Trace) => void;

/**
 * A subscriber who reads their state while their page is open may just have paid or confirmed, and the notification may be lost. So
 * the read publishes a hint, as a notification does. The request does not wait for it; if it cannot be published, the
 * next read or poll checks the page.
 */
export function createPollOpenPage(
  services: AcceptNotificationServices & { readonly log: Log; readonly policy: Pick<Policy, 'paySystem'> },
): PollOpenPage {
  const polledMs = createRecent<string, number>(pagesMax);
  const { clock, log, policy } = services;
  let second = { startedMs: -Infinity, polls: 0 };
  const poll = (hint: Hint, trace: Trace): void => {
    const { objectId } = hint;
    const nowMs = clock.monotonicMs();
    if (nowMs - second.startedMs >= 1_000) second = { startedMs: nowMs, polls: 0 };
    if (second.polls >= perSecondMax || nowMs - (polledMs.get(objectId) ?? -Infinity) < againAfterMs) return;
    second.polls += 1;
    polledMs.set(objectId, nowMs);
    acceptNotification(services, hint, trace).catch((cause: unknown) =>
      log.warn('an open page could not be checked', { objectId }, cause),
    );
  };
  return (subscriber, trace) => openPages(subscriber, policy.paySystem).forEach((hint) => poll(hint, trace));
}
