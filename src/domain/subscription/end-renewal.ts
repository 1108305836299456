import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import type { DomainEvent } from '../model/events.ts';
import type { Instant } from '../model/instant.ts';
import type { EndCause, LiveSubscription } from '../model/subscription.ts';
import { endAfterCancel } from './access.ts';
import { endSubscription } from './end-subscription.ts';
import { withNotice } from './notices.ts';

/** Why it renews no more, and the fact that says so of the subscription as it is since. */
export type RenewalEnd = {
  readonly cause: EndCause;
  readonly fact: (ending: { readonly subscription: LiveSubscription; readonly effectiveAt: Instant }) => DomainEvent;
};

/** A consent is to charges that go on. To let them go on again, the subscriber agrees anew. */
const stopped = { extendedUntil: null, consent: null } as const;

/** The subscription renews no more. Access lasts until its paid end; where that has passed, the subscription ends now. */
export function endRenewal(draft: Draft, subscription: LiveSubscription, why: RenewalEnd, context: Context): Draft {
  const effectiveAt = endAfterCancel(subscription);
  // The answer says when it ends, so only notices that are still ahead follow.
  const answer = { kind: 'ending', moment: effectiveAt, amountMinor: null, dueAt: context.now } as const;
  const { subscription: noticed } = withNotice({ ...subscription, ...stopped }, answer, context);
  const published = record(draft, why.fact({ subscription: noticed, effectiveAt }));
  if (context.now < effectiveAt) return published;
  return endSubscription(published, noticed, { status: 'expired', cause: why.cause, at: effectiveAt });
}
