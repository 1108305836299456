import type { Context } from '../model/context.ts';
import { type Draft, endCommands, record } from '../decision/draft.ts';
import type { Payment } from '../model/payment.ts';
import { planPolls } from './polls.ts';
import { possiblySent } from '../model/send-record.ts';
import { failPayment } from './fail-payment.ts';

/**
 * Turns away from the open payment: its success would be given back. What surely never left is aborted; what may be out
 * (a page the provider cannot close, a charge on the wire) is watched until the provider says that it is over, and
 * blocks nothing.
 */
export function abandonOpenPayment(draft: Draft, because: 'superseded' | 'canceled', context: Context): Draft {
  const { payment } = draft.state;
  if (payment === null) return draft;
  const left: Payment = { ...payment, watchedBecause: because };
  if (possiblySent(payment.send) === 0 && payment.step === 'pay') {
    const ending = {
      state: 'aborted',
      reason: 'canceled_by_merchant',
      party: 'merchant',
      answer: because,
    } as const;
    return failPayment(draft, left, ending, context);
  }
  const send = planPolls(payment, context);
  const watched = record(draft, { type: 'payment.tracked', payment: { ...left, send }, place: 'watched' });
  return endCommands(watched, payment.id, { kind: 'rejected', reason: because });
}

/** Room to watch the open payment and, should it be left in its turn, the page about to be opened. */
export const hasRoomToWatch = ({ state }: Draft, { policy }: Context): boolean =>
  state.watched.length + (state.payment === null ? 0 : 1) < policy.watchedMax;
