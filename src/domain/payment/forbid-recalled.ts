import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import type { Recalled } from '../model/recalled.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { takesPeriods } from '../model/subscription-questions.ts';
import { hasRoomToWatch } from './abandon-payment.ts';
import { watchRecalledCharge } from './open-payment.ts';
import { type Attempt, attemptIn } from './recalled-attempt.ts';
import { withItsNotice } from './recalled-notice.ts';
import { recalledBackMinor } from './recalled-refund.ts';

/** The attempts of all periods after the present one, the earliest first. */
function attemptsAhead({ id, term, attemptsMade }: LiveSubscription, charges: readonly Recalled[], context: Context) {
  const found: Attempt[] = [];
  // A charge of another subscription is found under no number.
  for (let ahead = 1; found.length < charges.length && ahead <= context.policy.recalledMax; ahead += 1) {
    const period = { subscriptionId: id, periodIndex: term.periodIndex + ahead };
    const from = { ...period, attemptsMade: ahead === 1 ? attemptsMade : 0 };
    for (let next = attemptIn(charges, from, context); next !== null;) {
      found.push(next);
      next = attemptIn(charges, { ...from, attemptsMade: next.attemptNo }, context);
    }
  }
  return found;
}

/**
 * Since a restore the provider may have charges of later periods that the document has not taken yet. Those that were made after
 * the command was accepted buy nothing, as if they had been out when it came: they are watched, and their money goes back. Where
 * there is no room for one it stays among what is recalled, and the reconciliation names it.
 */
export function forbidRecalled(
  draft: Draft,
  { acceptedAt }: CommandBase,
  isForbidden: (methodId: string) => boolean,
  context: Context,
): Draft {
  const { recalled, subscription } = draft.state;
  if (recalled.length === 0 || !takesPeriods(subscription)) return draft;
  const charges = recalled.filter(({ object, id, paymentId, methodId, createdAt, wentBack }) => {
    // What was paid on a page was paid by what the page saves.
    const isCharge = object === 'payment' && methodId != null && methodId !== id;
    if (!isCharge || createdAt <= acceptedAt || !isForbidden(methodId)) return false;
    // What went back otherwise than by refunds of ours would be asked for again.
    return wentBack !== true || recalledBackMinor(draft.state, paymentId, context) > 0;
  });
  return attemptsAhead(subscription, charges, context).reduce((watching, attempt) => {
    if (!hasRoomToWatch(watching, context)) return watching;
    const isNext = attempt.periodIndex === subscription.term.periodIndex + 1;
    // Nothing goes back of it, and among what is recalled its number stays known until its period is the next one.
    if (!isNext && attempt.charge.failed === true) return watching;
    // The notice of a later period is not known: its period has no moment yet.
    const named = isNext ? withItsNotice(subscription, attempt.charge, context).named : {};
    return watchRecalledCharge(watching, subscription, { ...attempt, ...named }, context);
  }, draft);
}
