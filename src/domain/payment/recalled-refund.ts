import type { Context } from '../model/context.ts';
import type { Refund } from '../model/payment.ts';
import type { Recalled } from '../model/recalled.ts';
import { refundNameOf } from '../model/refund-name.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { refundsUnderWay } from './own-refunds.ts';

/** More than a refund is repeated: after an hour, then daily for a month. */
export const attemptsMax = 50;

type Attempt = Pick<Refund, 'paymentId' | 'refundNo' | 'attemptNo'> & Partial<Pick<Refund, 'earlierRefundIds'>>;

/** The attempts of a refund that the provider has and the restored document has not. */
type RecalledRefund = {
  /** It says what became of the refund: each attempt follows the end of the one before it. */
  readonly last: Recalled;
  readonly taken: readonly Recalled[];
  /** A last attempt that has failed says nothing about how much the next one asks for. */
  readonly terms: Pick<Refund, 'attemptNo' | 'earlierRefundIds'> & Partial<Pick<Refund, 'amount'>>;
};

/**
 * The numbers under which the objects are attempts. Those of a first refund have no names of their own, and attempts that
 * the provider refused have left no object: they are counted from above every number whose key may have been sent.
 */
function numbered(recalled: readonly Recalled[], attempt: Attempt, { ids }: Context): readonly [number, Recalled][] {
  const { paymentId, refundNo = 1, attemptNo } = attempt;
  const ofPayment = recalled.filter((one) => one.object === 'refund' && one.paymentId === paymentId);
  if (refundNo === 1)
    return ofPayment
      .filter(({ refundId }) => refundId === null)
      .map((one, index): [number, Recalled] => [attemptNo + attemptsMax + index, one]);
  const found: [number, Recalled][] = [];
  for (let number = attemptNo; number <= attemptNo + attemptsMax && found.length < ofPayment.length; number += 1) {
    const name = refundNameOf({ id: ids.refundId(paymentId, refundNo, number), refundNo });
    const one = ofPayment.find(({ refundId }) => refundId === name);
    if (one !== undefined) found.push([number, one]);
  }
  return found;
}

/**
 * What the provider has, since a restore, of the refund that is opened: this attempt and those after it. Null where it has
 * nothing.
 */
export function recalledRefund({ recalled }: Subscriber, attempt: Attempt, context: Context): RecalledRefund | null {
  if (recalled.length === 0) return null;
  const found = numbered(recalled, attempt, context);
  const [attemptNo, last] = found.at(-1) ?? [];
  if (attemptNo === undefined || last === undefined) return null;
  const taken = found.map(([, one]) => one);
  const earlier = taken.slice(0, -1).map(({ id }) => id);
  const earlierRefundIds = [...(attempt.earlierRefundIds ?? []), ...earlier];
  const made = last.failed === true ? {} : { amount: last.amount };
  return { last, taken, terms: { ...made, attemptNo, earlierRefundIds } };
}

/**
 * What the provider has given back of a payment by refunds that no operation has taken yet: less is left of it. Attempts of an
 * open refund are not among them, because what it promises counts already.
 */
export function recalledBackMinor(state: Subscriber, paymentId: string, context: Context): number {
  const open = refundsUnderWay(state, paymentId);
  const counted = new Set(open.flatMap((refund) => recalledRefund(state, refund, context)?.taken ?? []));
  return state.recalled
    .filter((one) => one.object === 'refund' && one.paymentId === paymentId && one.failed !== true)
    .reduce((sum, one) => (counted.has(one) ? sum : sum + one.amount.amountMinor), 0);
}

/** Whether the provider has made the open refund since the backup: its next attempt finds that. */
export function isMadeSince(state: Subscriber, refund: Refund, context: Context): boolean {
  const found = recalledRefund(state, refund, context);
  return found !== null && found.last.failed !== true;
}

/** Whether the id is that of an attempt of the refund: since a restore it may be open under an earlier or a later one. */
export function isAttemptOf(
  { paymentId, refundNo = 1, attemptNo: last }: Pick<Refund, 'paymentId' | 'refundNo' | 'attemptNo'>,
  id: string,
  { ids }: Context,
): boolean {
  for (let attemptNo = 1; attemptNo <= last + attemptsMax; attemptNo += 1)
    if (ids.refundId(paymentId, refundNo, attemptNo) === id) return true;
  return false;
}
