import { accepted, alarm, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { isKnown } from '../decision/known-as.ts';
import type { Difference } from '../model/difference.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { noteDifference } from './note-difference.ts';

/** A success of ours that the provider does not have. Operators are alerted once; what it bought stays until they act. */
export function decideAbsent(state: Subscriber, difference: Difference): Decision {
  const { subject, ours } = difference;
  const detail = `the provider does not have the ${subject.object} that we recorded as ${ours?.state ?? 'unknown'}`;
  const broken = { rule: 'contradiction' as const, subjectId: subject.id, detail, expected: ours?.amount ?? null };
  const isAlarmed = isKnown(state, { type: 'invariant.violated', actual: null, ...broken });
  const decision = isAlarmed ? ignored('known') : accepted(alarm(draftOf(state), broken));
  return noteDifference(state, decision, difference);
}
