import type { Instant } from '../model/instant.ts';
import type { Policy } from '../model/policy.ts';
import type { GivenContact, ReceiptContact } from '../model/receipt-contact.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { isPastDue } from '../model/subscription-questions.ts';
import { accessUntil } from './access.ts';
import { plannedChargeAt } from './next-charge.ts';
import { periodStart } from './period.ts';

/** Whether receipts can be sent to a contact of this kind. Where none are made here, any is kept for later. */
export const takesContact = ({ kind }: Pick<GivenContact, 'kind'>, { receipts }: Policy): boolean =>
  receipts === null || receipts.contactKinds.includes(kind);

/** The contact of the user, where receipts can be sent to it. */
export const usableContact = ({ receiptContact }: Subscriber, policy: Policy): ReceiptContact | null =>
  receiptContact !== null && takesContact(receiptContact, policy) ? receiptContact : null;

/** Whether nothing may be charged, because its receipt could not be sent. */
export const isContactMissing = (state: Subscriber, policy: Policy): boolean =>
  policy.receipts !== null && usableContact(state, policy) === null;

/**
 * Until when a charge waits for a contact: as long as a declined one would be repeated, and never less than access lasts.
 * Null where none waits.
 */
export function contactAwaitedUntil(state: Subscriber, subscription: LiveSubscription, policy: Policy): Instant | null {
  if (subscription.held !== null || state.payment !== null || plannedChargeAt(subscription) === null) return null;
  if (!isContactMissing(state, policy)) return null;
  const dueAt = isPastDue(subscription) ? subscription.dunning.dueAt : subscription.term.periodEnd;
  const period = periodStart(dueAt, 1, subscription.tariff.period, policy.timeZone);
  return Math.max(dueAt + policy.ladderUntilMs, period, accessUntil(subscription, policy));
}
