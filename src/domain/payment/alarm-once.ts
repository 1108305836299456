import { accepted, alarm, type Decision, type Draft, draftOf, ignored } from '../decision/draft.ts';
import { isKnown } from '../decision/known-as.ts';
import type { Context } from '../model/context.ts';
import type { Money } from '../model/money.ts';
import type { ProviderObject } from '../model/provider.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { hold } from '../subscription/billing-hold.ts';

type About = { readonly detail: string; readonly expected: Money | null };

/** The alarm about the object; null where operators were alerted to it before. */
function alarmOnce(
  state: Subscriber,
  rule: 'foreign_object' | 'contradiction',
  object: ProviderObject,
  about: About,
): Draft | null {
  const { id: subjectId, amount: actual } = object;
  const broken = { rule, subjectId, actual, ...about };
  return isKnown(state, { type: 'invariant.violated', ...broken }) ? null : alarm(draftOf(state), broken);
}

/** Money moved in our shop for an unknown purpose. Operators are alerted once, and no state changes. */
export function alarmForeign(state: Subscriber, object: ProviderObject, detail: string): Decision {
  const alarmed = alarmOnce(state, 'foreign_object', object, { detail, expected: null });
  return alarmed === null ? ignored('known') : accepted(alarmed);
}

/**
 * The provider contradicts what our books rest on. Operators are alerted once, and the subscription is held where it is
 * the one that the money paid for.
 */
export function holdContradiction(
  state: Subscriber,
  object: ProviderObject,
  about: About & { readonly subscriptionId: string | null },
  context: Context,
): Decision {
  const { detail, expected, subscriptionId } = about;
  const alarmed = alarmOnce(state, 'contradiction', object, { detail, expected });
  if (alarmed === null) return ignored('known');
  const isPresent = state.subscription !== null && state.subscription.id === subscriptionId;
  return accepted(isPresent ? hold(alarmed, `contradiction: ${detail}`, context) : alarmed);
}
