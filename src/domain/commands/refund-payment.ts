import { periodIndexOf } from '../model/period-key.ts';
import type { CommandBase, RejectionReason } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { type Draft, record, reject, resolve } from '../decision/draft.ts';
import { abandonOpenPayment } from '../payment/abandon-payment.ts';
import { findCapture } from '../payment/find-capture.ts';
import { leftMinorOf, requestRefund } from '../payment/request-refund.ts';
import { ofSamePeriod, paidAfter, refundAll, withoutPeriodOf } from '../payment/revert-renewals.ts';
import type { CapturedPayment, StaffCause } from '../model/payment.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { isPaidAhead } from '../subscription/paid-ahead.ts';
import { mayCancel } from '../model/subscription-questions.ts';
import type { CommandDefinition } from './definition.ts';

export type RefundPaymentCommand = CommandBase & {
  readonly type: 'payment.refund';
  readonly paymentId: string;
  /** Null: all that is left of the payment. */
  readonly amountMinor: number | null;
  readonly revokeAccess: boolean;
  readonly cause: StaffCause;
  readonly reason: string;
};

/** Why so much of the payment cannot go back; null when it can. */
function obstacle(
  draft: Draft,
  { amountMinor, leftMinor }: { readonly amountMinor: number; readonly leftMinor: number },
  { policy }: Context,
): RejectionReason | null {
  if (amountMinor > leftMinor) return 'refund_exceeds';
  const remainder = leftMinor - amountMinor;
  if (amountMinor < policy.minRefundMinor || (remainder > 0 && remainder < policy.remainderMinMinor))
    return 'refund_remainder';
  return draft.state.refunds.length >= policy.refundsMax ? 'payment_in_progress' : null;
}

/**
 * The provider refunds no payment that it took too long ago. One without that instant is too young for the books. Where the
 * kind of its method is not known the longest window counts: the provider may refuse more than we do, and says so.
 */
function isTooOld(past: Past | null, { now, policy }: Context): boolean {
  const { capturedAt, methodType = '' } = past?.payment ?? {};
  return now - (capturedAt ?? now) >= (policy.refundWindowsMs[methodType] ?? policy.refundWindowMs);
}

/**
 * Ends access where the whole money of the present period goes back, and gives back what was paid ahead as well. Where the
 * period that was paid ahead goes back, the present one stays. An older period, and a part, never touch access.
 */
function revokeAccess(draft: Draft, { paymentId, subscriptionId }: CapturedPayment, context: Context): Draft {
  const { subscription, captures } = draft.state;
  const capture = captures.find((one) => one.paymentId === paymentId);
  if (capture === undefined || capture.refundedMinor < capture.capturedMinor) return draft;
  if (!mayCancel(subscription) || subscription.id !== subscriptionId) return draft;
  // Revoked before, the period was paid anew: it is that payment's now.
  const isPaidAnew = ofSamePeriod(captures, capture).some((one) => one.refundedMinor < one.capturedMinor);
  if (isPaidAnew) return draft;
  const { periodIndex } = subscription.term;
  const index = periodIndexOf(capture.periodKey);
  // Only a page pays ahead. A charge is made when its period is due, so one that seems to lie ahead met a clock that is behind.
  const isAhead = isPaidAhead(subscription, context.now) && !(index === periodIndex && capture.kind === 'charge');
  const present = isAhead && index === periodIndex ? withoutPeriodOf(capture, captures, subscription, context) : null;
  if (present !== null) return record(draft, { type: 'subscription.tracked', subscription: present });
  if (index !== (isAhead ? periodIndex - 1 : periodIndex)) return draft;
  const abandoned = abandonOpenPayment(refundAll(draft, paidAfter(draft, capture), context), 'canceled', context);
  return endSubscription(abandoned, subscription, {
    ...{ status: 'canceled', cause: 'refunded', at: context.now, reason: null },
  });
}

function carryOut(draft: Draft, command: RefundPaymentCommand, past: Past | null, context: Context): Draft {
  const found = findCapture(draft, command.paymentId, past, context);
  if (found === null) return reject(draft, command, 'refund_exceeds');
  const { capture } = found;
  const leftMinor = leftMinorOf(found.draft.state, capture, context);
  const amountMinor = command.amountMinor ?? leftMinor;
  // All of it is back or on its way, as after a refund of the cabinet: what staff ask for is so already.
  const isBack = command.amountMinor === null && capture.refundedMinor === capture.capturedMinor;
  const refused = isBack ? null : obstacle(draft, { amountMinor, leftMinor }, context);
  if (refused !== null) return reject(draft, command, refused);
  if (!isBack && isTooOld(past, context)) return reject(draft, command, 'refund_window_over');
  const wanted = { amountMinor, reason: 'staff', cause: command.cause } as const;
  const refunded = isBack ? draft : requestRefund(found.draft, capture, wanted, context);
  const done = command.revokeAccess ? revokeAccess(refunded, capture, context) : refunded;
  const subscriptionId = done.state.subscription?.id ?? null;
  return resolve(done, command.commandId, { kind: 'completed', subscriptionId });
}

/** `payment.refund`: a member of staff gives money of a payment back, in full or in part. */
export const refundPayment: CommandDefinition<RefundPaymentCommand, 'paid'> = {
  lifeMs: null,
  lookUps: ['paid'],
  plainly: null,
  subjectOf: ({ paymentId }) => ({ kind: 'payment', id: paymentId }),
  decide: (draft, command, { paid }, context) => carryOut(draft, command, paid, context),
};
