import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import type { Money } from '../model/money.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import type { RefundReason } from '../model/refund-reason.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { refundableMinor } from '../subscription/unused-part.ts';
import { refundsUnderWay, sumMinor } from './own-refunds.ts';
import { requestRefund } from './request-refund.ts';

type Attempt = {
  readonly amount: Money;
  readonly reason: RefundReason;
  readonly refundNo?: number;
  readonly restOf?: number;
  /** Its money went back, also by other means, or may still go: it succeeded, is open, or is asked for again. */
  readonly isPromised: boolean;
};
type Withheld = { readonly amountMinor: number; readonly reason: RefundReason; readonly restOf: number };

/** All attempts of our refunds of the payment. The document is newer than the read models. */
function attemptsOf(draft: Draft, paymentId: string, { refunds }: Past): readonly Attempt[] {
  const held = refundsUnderWay(draft.state, paymentId);
  const past = refunds.filter((row) => row.paymentId === paymentId && !held.some(({ id }) => id === row.refundId));
  return [
    ...held.map((refund) => ({ ...refund, isPromised: true })),
    ...past.flatMap(({ reason, ...row }) =>
      reason === null ? [] : [{ ...row, reason, isPromised: !mayBeRetried(row) || row.paidOtherwise === true }],
    ),
  ];
}

/**
 * What our refunds were to give back and do not, because others had given it back: each refund once, with what was asked for
 * of its rest before. Its first attempt asks for most: a later one asks for what the others have left.
 */
function withheld(draft: Draft, paymentId: string, past: Past): readonly Withheld[] {
  const numbers = Map.groupBy(attemptsOf(draft, paymentId, past), ({ refundNo = 1, restOf }) => restOf ?? refundNo);
  return [...numbers].flatMap(([restOf, attempts]) => {
    const wanted = attempts.filter((attempt) => attempt.restOf === undefined);
    const [first] = wanted;
    if (first === undefined) return [];
    const wantedMinor = Math.max(...wanted.map(({ amount }) => amount.amountMinor));
    const promisedMinor = sumMinor(attempts.filter(({ isPromised }) => isPromised));
    return [{ amountMinor: wantedMinor - promisedMinor, reason: first.reason, restOf }];
  });
}

/** The bank has given money back to the shop: what refunds could not give back because it had none is asked for again. */
export function askAgain(draft: Draft, paymentId: string, past: Past, context: Context): Draft {
  return withheld(draft, paymentId, past).reduce((asked, { amountMinor: wantedMinor, ...why }) => {
    const capture = asked.state.captures.find((candidate) => candidate.paymentId === paymentId);
    if (capture === undefined) return asked;
    const leftMinor = capture.capturedMinor - capture.refundedMinor;
    const amountMinor = refundableMinor(wantedMinor, leftMinor, context.policy);
    return requestRefund(asked, capture, { amountMinor, ...why }, context);
  }, draft);
}
