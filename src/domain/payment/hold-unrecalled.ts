import type { Context } from '../model/context.ts';
import { accepted, alarm, type Decision, draftOf, ignored } from '../decision/draft.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { mayBeHeld } from '../model/subscription-questions.ts';
import { hold } from '../subscription/billing-hold.ts';

const reason = 'what the provider has since the backup could not be recalled';

/**
 * A restored document lacks what the provider has, and no rule could bring it there: its renewal could be the second charge of a
 * period. The subscription is held until a person has looked.
 */
export function holdUnrecalled(state: Subscriber, subjectId: string, context: Context): Decision {
  if (mayBeHeld(state.subscription) && state.subscription.held?.reason === reason) return ignored('held already');
  const alarmed = alarm(draftOf(state), { rule: 'foreign_object', subjectId, detail: reason });
  return accepted(hold(alarmed, reason, context));
}
