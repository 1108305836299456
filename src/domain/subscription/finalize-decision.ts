import { accessUntil, entitlementOf, holdEndsAt, isUnbroken, keepsAccess, sameEntitlement } from './access.ts';
import type { Context } from '../model/context.ts';
import { firstSequence } from '../model/epoch.ts';
import { accepted, type Decision, type Draft, draftOf, record } from '../decision/draft.ts';
import { type DomainEvent, isPublic } from '../model/events.ts';
import { withNotices } from './give-notices.ts';
import { waitsForNotice } from './notices.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { grantsAccess } from '../model/subscription-questions.ts';

/** What one decision changes: the state to save, and its events with numbers for the public ones. */
export type ChangeSet = {
  readonly before: Subscriber;
  readonly state: Subscriber;
  readonly events: readonly { readonly event: DomainEvent; readonly sequence: number | null }[];
};

/** Publishes access where readers know more than a restored document. The end of any decision does, but for its first access. */
export function publishAccess(state: Subscriber, { now, policy }: Context): Decision {
  if (state.entitlement !== null) return accepted(draftOf(state));
  const entitlement = entitlementOf(state.subscription, now, policy);
  return accepted(record(draftOf(state), { type: 'entitlement.changed', entitlement }));
}

/** Whether access was published since the last restore, or is by this decision. */
const isOfEpoch = ({ state, events }: Draft, { epoch }: Context): boolean =>
  epoch === null ||
  state.entitlementSeq >= firstSequence(epoch) ||
  events.some(({ type }) => type === 'entitlement.changed');

/** Readers may have seen the purchase begin before a restore, and nothing comes of it: they hear that there is no access. */
const endsUnseen = ({ events }: Draft, { epoch }: Context): boolean =>
  epoch !== null && events.some(({ type }) => type === 'subscription.activation_expired');

/**
 * Publishes access whenever the state gives another access than was last published. It runs at the end of every decision,
 * so no decision can change access and forget to publish it. After a restore it is published in any case: readers may have
 * seen another access since the backup.
 */
function withEntitlement(draft: Draft, context: Context): Draft {
  const next = entitlementOf(draft.state.subscription, context.now, context.policy);
  const { entitlement: last } = draft.state;
  const isKnown =
    last === null
      ? !next.active && !endsUnseen(draft, context)
      : isOfEpoch(draft, context) && sameEntitlement(last, next);
  if (isKnown) return draft;
  return record(draft, { type: 'entitlement.changed', entitlement: next });
}

/** Extends access at the end of any decision, so that none withdraws what an unresolved charge, a late notice or a hold keeps open. */
function withExtension(draft: Draft, context: Context): Draft {
  const { subscription, entitlement } = draft.state;
  if (entitlement?.active !== true || !grantsAccess(subscription)) return draft;
  const endsAt = accessUntil(subscription, context.policy);
  if (context.now < endsAt) return draft;
  const waits = waitsForNotice(subscription, context.now, context.policy);
  if (!waits && !keepsAccess(draft.state, subscription, endsAt)) return draft;
  const holdEnds = holdEndsAt(subscription, context.policy) ?? Infinity;
  if (context.now >= holdEnds) return draft;
  const extendedUntil = Math.min(context.now + context.policy.extensionMs, holdEnds);
  const resumed = isUnbroken(entitlement, context.now, context.policy) ? {} : { resumedAt: context.now };
  const extended = { ...subscription, ...resumed, extendedUntil };
  return record(draft, { type: 'subscription.tracked', subscription: extended });
}

export function finalizeDecision(before: Subscriber, events: readonly DomainEvent[], context: Context): ChangeSet {
  const decided = record(draftOf(before), ...events);
  const draft = withEntitlement(withExtension(withNotices(decided, context), context), context);
  // Readers ignore numbers that they have seen, and a restored document counts from its old one.
  let sequence = Math.max(before.eventSeq, context.epoch === null ? 0 : firstSequence(context.epoch));
  let { entitlementSeq } = before;
  const numbered = draft.events.map((event) => {
    if (!isPublic(event)) return { event, sequence: null };
    sequence += 1;
    if (event.type === 'entitlement.changed') entitlementSeq = sequence;
    return { event, sequence };
  });
  return { before, state: { ...draft.state, eventSeq: sequence, entitlementSeq }, events: numbered };
}
