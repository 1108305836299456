import { showsPage } from '../domain/model/payment-states.ts';
import type { Subscriber } from '../domain/model/subscriber.ts';
import { acceptNotification, type AcceptNotificationServices } from './accept-notification.ts';
import type { Log } from './ports/log.ts';
import type { Trace } from './ports/message-factory.ts';
import { createRecent } from './recent.ts';

/** Whoever paid and comes back must not wait much longer than this, although the notification is lost. */
const againAfterMs = 3_000;
/** Payments remembered; beyond them the oldest may be looked at a moment too soon. */
const paymentsMax = 10_000;
/** Of one process in a second: people who wait must not use up the calls that the provider grants us. */
const perSecondMax = 10;

export type PollOpenPage = (subscriber: Subscriber, trace: Trace) => void;

/**
 * A subscriber who asks how he stands while a page of his is open may just have paid it, and nobody may have told us. So
 * his question is taken as a hint to look, as a notification is. Nobody waits for it: what cannot be published is left to
 * the next question, and to the polls.
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
      log.warn('an open page could not be looked at', { paymentId: payment.id }, cause),
    );
  };
}
