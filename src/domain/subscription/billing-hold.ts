import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
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
