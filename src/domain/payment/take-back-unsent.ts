import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import type { Payment } from '../model/payment.ts';
import { possiblySent } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { takesPeriods } from '../model/subscription-questions.ts';
import { isContactMissing, usableContact } from '../subscription/receipt-contact.ts';
import { contactChanged, failPayment } from './fail-payment.ts';

/**
 * Whether nothing of the charge has left for the provider, and its frozen receipt would go to a former contact. A charge that may have
 * reached the provider goes on: another one could take the money twice.
 */
function isOfFormerContact(state: Subscriber, payment: Payment, { policy }: Context): boolean {
  const { kind, step, watchedBecause, receipt, send } = payment;
  if (kind !== 'charge' || step === 'capture' || watchedBecause !== null || possiblySent(send) > 0) return false;
  return receipt?.contact !== undefined && receipt.contact.sealed !== usableContact(state, policy)?.sealed;
}

/** The charge that waits for a contact has no answer to come: access that was extended until then ends as without it. */
function endExtension(draft: Draft): Draft {
  const { subscription } = draft.state;
  if (!takesPeriods(subscription) || subscription.held !== null || subscription.extendedUntil === null) return draft;
  return record(draft, { type: 'subscription.tracked', subscription: { ...subscription, extendedUntil: null } });
}

/**
 * Aborts the charge where its contact has changed before it was sent; null where it goes on. That is no decline: the timer
 * opens the next attempt, with a key and a receipt of its own, once there is a contact.
 */
export function takeBackUnsent(draft: Draft, payment: Payment, context: Context): Draft | null {
  if (!isOfFormerContact(draft.state, payment, context)) return null;
  const isMissing = isContactMissing(draft.state, context.policy);
  const answer = isMissing ? 'contact_required' : 'superseded';
  const ending = { state: 'aborted', reason: contactChanged, party: 'us', answer } as const;
  const aborted = failPayment(draft, payment, ending, context);
  return isMissing ? endExtension(aborted) : aborted;
}
