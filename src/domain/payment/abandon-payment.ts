import type { Context } from '../model/context.ts';
import { type Draft, endCommands, record } from '../decision/draft.ts';
import { nameUndoneBy } from '../decision/name-undone.ts';
import type { Payment } from '../model/payment.ts';
import { isOut } from '../model/payment-states.ts';
import { planPolls } from './polls.ts';
import { possiblySent } from '../model/send-record.ts';
import { failPayment } from './fail-payment.ts';
import { isTakenUnread } from './take-recalled.ts';

/** What paid it may have bought access before a restore, and its money goes back now. */
function nameTaken(draft: Draft, payment: Payment, because: string, context: Context): Draft {
  if (!isTakenUnread({ kind: 'payment', entry: payment, place: 'open' }, context)) return draft;
  return nameUndoneBy(draft, payment.id, `was ${because}`);
}

/**
 * Abandons the open payment, so that its success is refunded:
 * 1. a payment whose request certainly was never sent is aborted;
 * 2. any other is watched, because the provider cannot close its page or recall its charge. It blocks no new payment, and
 *    is followed until it has ended.
 */
export function abandonOpenPayment(draft: Draft, because: 'superseded' | 'canceled', context: Context): Draft {
  const { payment } = draft.state;
  if (payment === null) return draft;
  const abandoned: Payment = { ...payment, watchedBecause: because };
  if (possiblySent(payment.send) === 0 && payment.step === 'pay') {
    const ending = {
      state: 'aborted',
      reason: 'canceled_by_merchant',
      party: 'merchant',
      answer: because,
    } as const;
    return failPayment(draft, abandoned, ending, context);
  }
  // A request that is out is checked when its reservation ends: before, its absence says nothing; later, money may wait.
  const send = isOut(payment) ? payment.send : planPolls(payment, context);
  const watched = record(draft, { type: 'payment.tracked', payment: { ...abandoned, send }, place: 'watched' });
  const named = nameTaken(watched, payment, because, context);
  return endCommands(named, payment.id, { kind: 'rejected', reason: because });
}

/**
 * Whether the open payment can be watched, and also the page that is about to be opened, should it be abandoned too. What is
 * watched may become a refund, so there must be room for that as well.
 */
export const hasRoomToWatch = ({ state }: Draft, { policy }: Context): boolean =>
  state.watched.length + (state.payment === null ? 0 : 1) < policy.watchedMax &&
  state.refunds.length < policy.refundsMax;
