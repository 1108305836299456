import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { alarm, type Draft, record, reject, resolve } from '../decision/draft.ts';
import { abandonOpenPayment } from '../payment/abandon-payment.ts';
import { askAgain } from '../payment/ask-again.ts';
import { failRefund } from '../payment/apply-refund.ts';
import { chargedBackMinor, sumWithChargeback } from '../payment/count-chargeback.ts';
import { findCapture } from '../payment/find-capture.ts';
import { refundsUnderWay } from '../payment/own-refunds.ts';
import { isReady } from '../model/payment-states.ts';
import { possiblySent } from '../model/send-record.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { failBinding } from '../payment/fail-binding.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { awaitsPurchase, mayCancel } from '../model/subscription-questions.ts';
import type { CommandDefinition } from './definition.ts';

export type RecordChargebackCommand = CommandBase & {
  readonly type: 'payment.record_chargeback';
  readonly paymentId: string;
  /** The day that the bank names, `2026-11-20`. */
  readonly date: string;
  readonly amountMinor: number;
  /** Null while the bank has not decided. */
  readonly won: boolean | null;
  readonly reason: string;
};

/** A refund of the payment that was not sent yet: its next attempt asks for what the chargeback has left. */
function stopRefunds(draft: Draft, paymentId: string, context: Context): Draft {
  const unsent = refundsUnderWay(draft.state, paymentId).filter(
    (refund) => isReady(refund) && possiblySent(refund.send) === 0,
  );
  return unsent.reduce((stopped, refund) => failRefund(stopped, refund, 'charged_back', context), draft);
}

/** Ends what the subscriber has, whatever period the payment was for: a payer who disputes is not charged again. */
function endAccess(draft: Draft, { now }: Context): Draft {
  const { subscription } = draft.state;
  const cause = 'charged_back';
  if (awaitsPurchase(subscription))
    return endSubscription(draft, subscription, { status: 'incomplete_expired', cause, at: now });
  if (!mayCancel(subscription)) return draft;
  return endSubscription(draft, subscription, { status: 'canceled', cause, at: now, reason: null });
}

/** Nothing is charged any more: access ends, the methods are dead, and purchases wait for a person. */
function stopCharges(draft: Draft, { paymentId }: CapturedPayment, context: Context): Draft {
  const abandoned = abandonOpenPayment(stopRefunds(draft, paymentId, context), 'canceled', context);
  const { binding } = abandoned.state;
  const unbound = binding === null ? abandoned : failBinding(abandoned, binding, 'charged_back', context);
  const ended = endAccess(unbound, context);
  const usable = ended.state.methods.filter((method) => method.usable);
  const disabled = usable.map(({ id }) => ({ type: 'method.disabled' as const, methodId: id }));
  const chargesStopped = { paymentId, since: context.now };
  return record(ended, ...disabled, { type: 'charges.stopped', chargesStopped });
}

function carryOut(draft: Draft, command: RecordChargebackCommand, past: Past | null, context: Context): Draft {
  const { paymentId, amountMinor, date, won, commandId } = command;
  const found = findCapture(draft, paymentId, past, context);
  if (found === null || amountMinor > found.capture.capturedMinor) return reject(draft, command, 'refund_exceeds');
  const { capture } = found;
  const { subscriptionId, providerPaymentId, capturedMinor, currency } = capture;
  const beforeMinor = chargedBackMinor(draft.state, paymentId, past);
  const nowMinor = won === true ? 0 : amountMinor;
  const sumMinor = sumWithChargeback(draft.state, capture, { beforeMinor, nowMinor });
  const recorded = record(found.draft, {
    type: 'payment.chargeback_recorded',
    ...{ paymentId, subscriptionId, providerPaymentId, date, won, capturedMinor },
    amount: { amountMinor, currency },
    refundedMinor: Math.min(sumMinor, capturedMinor),
  });
  const expected = { amountMinor: capturedMinor, currency };
  const detail = 'a refund and a chargeback took more back than was captured: answer the bank with the refund';
  const actual = { amountMinor: sumMinor, currency };
  const known =
    sumMinor <= capturedMinor
      ? recorded
      : alarm(recorded, { rule: 'contradiction', subjectId: paymentId, detail, expected, actual });
  // Only where it was not so before: a later word of the bank resurrects nothing, and stops nothing again.
  const stopped = beforeMinor === 0 && nowMinor > 0 ? stopCharges(known, capture, context) : known;
  const done = nowMinor < beforeMinor && past !== null ? askAgain(stopped, paymentId, past, context) : stopped;
  return resolve(done, commandId, { kind: 'completed', subscriptionId: done.state.subscription?.id ?? null });
}

/** `payment.record_chargeback`: the bank took a payment back. The provider has no notification of it, so staff say so. */
export const recordChargeback: CommandDefinition<RecordChargebackCommand, 'paid'> = {
  lifeMs: null,
  lookUps: ['paid'],
  plainly: null,
  subjectOf: ({ paymentId }) => ({ kind: 'payment', id: paymentId }),
  decide: (draft, command, { paid }, context) => carryOut(draft, command, paid, context),
};
