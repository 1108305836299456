import type { Context } from '../model/context.ts';
import { decideExpiry } from '../timers/decide-expiry.ts';
import { type Draft, record } from '../decision/draft.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { awaitsPurchase, grantsAccess } from '../model/subscription-questions.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Subscription } from '../model/subscription.ts';

function isOver(state: Subscriber, context: Context): boolean {
  const over = decideExpiry(state, state.subscription?.id ?? '', context);
  return over.kind === 'accepted' && over.events.some(({ type }) => type === 'subscription.expired');
}

/**
 * The state without a purchase that is not paid, without a subscription whose end has come, and without what is watched or goes
 * back: before the restore they may have ended before the command was decided, which then began a subscription of its own.
 */
export function withoutOther(state: Subscriber, context: Context): Subscriber {
  const isLeftOut = awaitsPurchase(state.subscription) || isOver(state, context);
  const withRoom = { ...state, watched: [], refunds: [] };
  return isLeftOut ? { ...withRoom, subscription: null, payment: null } : withRoom;
}

/**
 * A restore has undone a purchase, and nothing comes of it when it is read again. Readers may know the subscription that it
 * had begun: they hear that it is over. The subscription of the document goes on.
 */
export function endUndonePurchase(draft: Draft, begun: Subscription | null, { now: at }: Context): Draft {
  const { subscription } = draft.state;
  if (!awaitsPurchase(begun) || begun.id === subscription?.id) return draft;
  const ended = endSubscription(draft, begun, { status: 'incomplete_expired', cause: 'not_paid', at });
  const goesOn = awaitsPurchase(subscription) || grantsAccess(subscription);
  return goesOn ? record(ended, { type: 'subscription.tracked', subscription }) : ended;
}
