import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { awaitsPurchase, grantsAccess } from '../model/subscription-questions.ts';

/**
 * A restore has undone a purchase, and nothing comes of it when it is read again. Readers may know the subscription that it
 * had begun: they hear that it is over. `again`: what the command would come to now.
 */
export function endUndonePurchase(draft: Draft, again: Draft, { now: at }: Context): Draft {
  const { subscription } = draft.state;
  const begun = again.state.subscription;
  if (!awaitsPurchase(begun) || awaitsPurchase(subscription) || grantsAccess(subscription)) return draft;
  return endSubscription(draft, begun, { status: 'incomplete_expired', cause: 'not_paid', at });
}
