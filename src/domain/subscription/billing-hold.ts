import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import { plannedChargeAt } from './next-charge.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { mayBeHeld } from '../model/subscription-questions.ts';

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
 * Ends the hold. Access that it has extended lasts until the charge that is due now has an answer; where no charge can
 * follow, it ends with the paid time.
 */
export function clearHold(draft: Draft): Draft {
  const { subscription } = draft.state;
  if (!mayBeHeld(subscription)) return draft;
  const extendedUntil = plannedChargeAt(subscription) === null ? null : subscription.extendedUntil;
  return record(draft, { type: 'subscription.tracked', subscription: { ...subscription, held: null, extendedUntil } });
}
