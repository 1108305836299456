import { showsPage } from '../../domain/model/payment-states.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { acceptNotification, type AcceptNotificationServices } from './accept-notification.ts';
import type { Log } from '../ports/log.ts';
import type { Trace } from '../ports/message-factory.ts';
import { createRecent } from '../services/recent.ts';

/** How long before a page is checked again. It bounds a subscriber's wait when the notification is lost. */
const againAfterMs = 3_000;
/** Payments remembered. Beyond them the oldest may be checked again too soon. */
const paymentsMax = 10_000;
/** Checks per second and process: waiting subscribers must not use up the provider's rate limit. */
const perSecondMax = 10;

export type PollOpenPage = (subscriber: Subscriber, trace: Trace) => void;

/**
 * A subscriber who reads their state while their page is open may just have paid, and the notification may be lost. So
 * the read publishes a hint, as a notification does. The request does not wait for it; if it cannot be published, the
 * next read or poll checks the page.
 */
export function createPollOpenPage(services: AcceptNotificationServices & { readonly log: Log }): PollOpenPage {
  const polledMs = createRecent<string, number>(paymentsMax);
  const { clock, log } = services;
  let second = { startedMs: -Infinity, polls: 0 };
  return ({ payment }, trace) => {
    if (payment === null || !showsPage(payment) || payment.providerPaymentId === null) return;
    const nowMs = clock.monotonicMs();
    if (nowMs - second.startedMs >= 1_000) second = { startedMs: nowMs, polls: 0 };
    if (second.polls >= perSecondMax || nowMs - (polledMs.get(payment.id) ?? -Infinity) < againAfterMs) return;
    second.polls += 1;
    polledMs.set(payment.id, nowMs);
    const hint = { provider: payment.paySystem, objectType: 'payment', objectId: payment.providerPaymentId } as const;
    acceptNotification(services, hint, trace).catch((cause: unknown) =>
      log.warn('an open page could not be checked', { paymentId: payment.id }, cause),
    );
  };
}
