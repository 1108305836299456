import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import { plannedChargeAt } from './next-charge.ts';
import { termAt } from './period.ts';
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
 * Ends the hold. Access that it has extended lasts until the charge that is due now has an answer. It ends where no charge can
 * follow, and where the next period is over already: that charge begins a period of its own, for otherwise all periods of
 * the hold would be charged one after the other.
 */
export function clearHold(draft: Draft, context: Context): Draft {
  const { subscription } = draft.state;
  if (!mayBeHeld(subscription)) return draft;
  const { term, tariff } = subscription;
  const anchor = { at: term.anchor, index: term.anchorIndex };
  const next = termAt(anchor, term.periodIndex + 1, tariff.period, context.policy.timeZone);
  const isBilled = plannedChargeAt(subscription) !== null && context.now < next.periodEnd;
  const extendedUntil = isBilled ? subscription.extendedUntil : null;
  return record(draft, { type: 'subscription.tracked', subscription: { ...subscription, held: null, extendedUntil } });
}
