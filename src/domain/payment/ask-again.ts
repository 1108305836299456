import type { Context, PastRefund } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import type { RefundReason } from '../model/refund-reason.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { refundableMinor } from '../subscription/unused-part.ts';
import { refundsUnderWay } from './own-refunds.ts';
import { requestRefund } from './request-refund.ts';

type GivenUp = { readonly amountMinor: number; readonly reason: RefundReason };

/** Refunds of ours that ended without money, because others had given it back: each number once, by its last attempt. */
function givenUp(draft: Draft, paymentId: string, { refunds }: Past): readonly GivenUp[] {
  const open = new Set(refundsUnderWay(draft.state, paymentId).map(({ refundNo = 1 }) => refundNo));
  const ours = refunds.filter((refund) => refund.paymentId === paymentId && refund.reason !== null);
  const numbers = Map.groupBy(ours, ({ refundNo = 1 }) => refundNo);
  return [...numbers].flatMap(([refundNo, attempts]) => {
    if (open.has(refundNo) || !attempts.every(mayBeRetried)) return [];
    const amountMinor = Math.min(...attempts.map((attempt: PastRefund) => attempt.amount.amountMinor));
    const [first] = attempts;
    return first === undefined || first.reason === null ? [] : [{ amountMinor, reason: first.reason }];
  });
}

/** The bank has given money back to the shop: refunds that ended because it had none are asked for again. */
export function askAgain(draft: Draft, paymentId: string, past: Past, context: Context): Draft {
  return givenUp(draft, paymentId, past).reduce((asked, { amountMinor, reason }) => {
    const capture = asked.state.captures.find((candidate) => candidate.paymentId === paymentId);
    if (capture === undefined) return asked;
    const leftMinor = capture.capturedMinor - capture.refundedMinor;
    return requestRefund(
      asked,
      capture,
      { amountMinor: refundableMinor(amountMinor, leftMinor, context.policy), reason },
      context,
    );
  }, draft);
}
