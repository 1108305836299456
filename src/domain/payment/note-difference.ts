import { accepted, type Decision, draftOf, record } from '../decision/draft.ts';
import { isKnown } from '../decision/known-as.ts';
import type { Difference } from '../model/difference.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Publishes the difference with the decision that it led to, once, also where nothing else is to be done about it. */
export function noteDifference(state: Subscriber, decision: Decision, difference: Difference | null): Decision {
  if (difference === null) return decision;
  const found = { type: 'reconciliation.difference_found' as const, ...difference };
  if (isKnown(state, found)) return decision;
  if (decision.kind === 'ignored') return accepted(record(draftOf(state), found));
  return { ...decision, events: [found, ...decision.events] };
}
