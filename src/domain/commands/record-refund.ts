import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { type Draft, record, reject, resolve } from '../decision/draft.ts';
import { endRefund } from '../payment/apply-refund.ts';
import { findCapture } from '../payment/find-capture.ts';
import { isAttemptOf, isMadeSince, recalledBackMinor } from '../payment/recalled-refund.ts';
import { refundsMadeOf, refundsUnderWay, requestedMinorOf } from '../payment/own-refunds.ts';
import type { CapturedPayment, Refund } from '../model/payment.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import { paidBackId } from '../model/paid-back-id.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import type { CommandDefinition } from './definition.ts';

export type RecordRefundCommand = CommandBase & {
  readonly type: 'refund.record_external';
  /** The refund that failed, or the payment where none was asked for. */
  readonly paymentId: string;
  /** Null: all of the refund, or all that is left of the payment. */
  readonly amountMinor: number | null;
  readonly reason: string;
};

type PaidBack = { readonly capture: CapturedPayment; readonly amountMinor: number; readonly refundedMinor: number };

/** Money that went back past the provider counts among the refunds of its payment, as one of the cabinet does. */
function paidBack(
  draft: Draft,
  { commandId }: RecordRefundCommand,
  { capture, amountMinor, refundedMinor }: PaidBack,
  { now }: Context,
): Draft {
  const { paymentId, subscriptionId, providerPaymentId, capturedMinor, currency } = capture;
  return record(draft, {
    type: 'refund.recorded_external',
    ...{ paymentId, subscriptionId, providerPaymentId, capturedMinor, refundedMinor },
    ...{ providerRefundId: paidBackId(commandId), amount: { amountMinor, currency }, refundedAt: now, by: 'staff' },
  });
}

const completed = (draft: Draft, { commandId }: RecordRefundCommand): Draft =>
  resolve(draft, commandId, { kind: 'completed', subscriptionId: draft.state.subscription?.id ?? null });

/** The refund is asked for no more: what it promised has gone back already, so the sum of the payment stays. */
function closeRefund(draft: Draft, command: RecordRefundCommand, refund: Refund, context: Context): Draft {
  // One that is open may still succeed, and the money would have gone back twice.
  if (!mayBeRetried(refund)) return reject(draft, command, 'payment_in_progress');
  const { amountMinor } = refund.amount;
  const found = findCapture(draft, refund.paymentId, null, context);
  if (found === null || (command.amountMinor ?? amountMinor) !== amountMinor)
    return reject(draft, command, 'refund_exceeds');
  const { capture } = found;
  const { paymentId, refundedMinor } = capture;
  const requestedMinor = requestedMinorOf(draft.state, capture) - amountMinor;
  const sums = { refundedMinor, refundsMade: refundsMadeOf(draft.state, capture), requestedMinor };
  const recorded = paidBack(found.draft, command, { capture, amountMinor, refundedMinor }, context);
  const counted = record(recorded, { type: 'capture.refunded', paymentId, ...sums });
  return completed(endRefund(counted, { ...refund, paidOtherwise: true }), command);
}

/** Money of a payment that no refund of ours was asked for: the provider refunds none that is too old. */
function recordPart(draft: Draft, command: RecordRefundCommand, past: Past | null, context: Context): Draft {
  const found = findCapture(draft, command.paymentId, past, context);
  if (found === null) return reject(draft, command, 'refund_exceeds');
  const { capturedMinor, refundedMinor: beforeMinor } = found.capture;
  const { paymentId } = command;
  const leftMinor = Math.max(0, capturedMinor - beforeMinor - recalledBackMinor(draft.state, paymentId, context));
  const amountMinor = command.amountMinor ?? leftMinor;
  // A refund of ours has promised all of it and is still asked for: it is the one that staff have to name.
  const promised = refundsUnderWay(draft.state, paymentId).filter((one) => !isMadeSince(draft.state, one, context));
  const isPromised = amountMinor === 0 && promised.length > 0;
  if (amountMinor > leftMinor || isPromised) return reject(draft, command, 'refund_exceeds');
  if (amountMinor === 0) return completed(draft, command);
  const back = { capture: found.capture, amountMinor, refundedMinor: beforeMinor + amountMinor };
  return completed(paidBack(found.draft, command, back, context), command);
}

/** The refund that staff name, whichever of its attempts they saw; undefined where they name a payment. */
const namedRefund = (
  { state }: Draft,
  { paymentId: named }: RecordRefundCommand,
  context: Context,
): Refund | undefined =>
  state.refunds.find(({ id }) => id === named) ??
  (context.epoch === null ? undefined : state.refunds.find((refund) => isAttemptOf(refund, named, context)));

/**
 * `refund.record_external`: staff have given money back by other means than the provider. It ends a refund that failed,
 * and touches neither access nor renewal.
 */
export const recordRefund: CommandDefinition<RecordRefundCommand, 'paid'> = {
  lifeMs: null,
  lookUps: ['paid'],
  plainly: null,
  subjectOf: ({ paymentId }) => ({ kind: 'payment', id: paymentId }),
  decide: (draft, command, { paid }, context) => {
    const refund = namedRefund(draft, command, context);
    return refund === undefined
      ? recordPart(draft, command, paid, context)
      : closeRefund(draft, command, refund, context);
  },
};
