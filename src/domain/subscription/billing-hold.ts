import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import { plannedChargeAt } from './next-charge.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { isPastDue, mayBeHeld } from '../model/subscription-questions.ts';

/** Whether no timer may charge the subscription until the hold is cleared. */
export const isHeld = ({ subscription }: Subscriber): boolean => mayBeHeld(subscription) && subscription.held !== null;

/** Holds a live subscription; the first reason stays. */
export function hold(draft: Draft, reason: string, context: Context): Draft {
  const { subscription } = draft.state;
  if (!mayBeHeld(subscription) || subscription.held !== null) return draft;
  const held = { reason, since: context.now };
  return record(draft, { type: 'subscription.tracked', subscription: { ...subscription, held } });
}

/**
 * Ends the hold. Access that it has extended lasts until the renewal that is due now has an answer. It ends with the paid
 * time where no charge can follow, and with the grace where the renewal was declined already: a retry extends nothing.
 */
export function clearHold(draft: Draft): Draft {
  const { subscription } = draft.state;
  if (!mayBeHeld(subscription)) return draft;
  const awaitsRenewal = !isPastDue(subscription) && plannedChargeAt(subscription) !== null;
  const extendedUntil = awaitsRenewal ? subscription.extendedUntil : null;
  return record(draft, { type: 'subscription.tracked', subscription: { ...subscription, held: null, extendedUntil } });
}
