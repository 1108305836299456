import { failRefund, retryRefund } from './apply-refund.ts';
import { applySuccess } from './complete-payment.ts';
import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import { failPayment, giveUp } from './fail-payment.ts';
import { followReceipt } from './follow-receipt.ts';
import {
  type MoneyOperation,
  type Operation,
  type PaymentOperation,
  providerIdOf,
  type RefundOperation,
  withProviderId,
} from './operation.ts';
import { isOver, isReady, isUnresolved, mayBeRetried } from '../model/payment-states.ts';

/** What a person has seen in the provider's cabinet. */
export type CheckedByHand = {
  readonly checkResult: 'succeeded' | 'failed' | 'absent';
  /** The object's id there; null where none was given. */
  readonly providerObjectId: string | null;
};

/** A refund that failed for the last time waits for a person as one that is unknown does. */
const isExhausted = ({ entry }: RefundOperation): boolean => mayBeRetried(entry) && entry.retryAt === null;

/** The provider has not ended it for days, and operators were alerted of it. */
const isStuck = ({ entry }: MoneyOperation): boolean => entry.stuckSince !== null && !isReady(entry) && !isOver(entry);

/** Only what the provider leaves open is resolved by hand; everything else it resolves by itself. */
export const mayBeResolved = (operation: Operation): operation is MoneyOperation =>
  operation.kind !== 'binding' &&
  (isUnresolved(operation.entry) || isStuck(operation) || (operation.kind === 'refund' && isExhausted(operation)));

function resolvePayment(draft: Draft, operation: PaymentOperation, checked: CheckedByHand, context: Context): Draft {
  const { entry, place } = operation;
  const reconciled = record(draft, { type: 'payment.reconciled', payment: entry, place, via: 'list' });
  const providerId = providerIdOf(operation);
  switch (checked.checkResult) {
    case 'succeeded': {
      const payment = { ...entry, state: 'succeeded' as const, confirmationUrl: null };
      // A person sees no saved method. So a page that was paid does not renew, and nothing is charged unasked.
      const object = { id: providerId ?? '', method: null };
      return applySuccess(reconciled, { payment, object, via: 'list', capturedAt: context.now }, context);
    }
    case 'failed': {
      const ending = { state: 'failed', reason: 'general_decline', party: 'unknown' } as const;
      return failPayment(reconciled, entry, { ...ending, answer: 'payment_declined' }, context);
    }
    case 'absent':
      return giveUp(draft, operation, 'provider_absent', context);
  }
}

function resolveRefund(draft: Draft, operation: RefundOperation, checked: CheckedByHand, context: Context): Draft {
  const { entry } = operation;
  switch (checked.checkResult) {
    case 'succeeded': {
      const refund = { ...entry, state: 'succeeded' as const };
      const succeeded = record(draft, { type: 'refund.succeeded', refund, closed: true });
      return followReceipt(succeeded, { kind: 'refund', entry: refund }, { id: entry.providerRefundId ?? '' }, context);
    }
    case 'failed':
    case 'absent':
      if (isExhausted(operation)) return retryRefund(draft, entry, context);
      return failRefund(
        draft,
        entry,
        checked.checkResult === 'absent' ? 'provider_absent' : 'general_decline',
        context,
      );
  }
}

/** Ends the operation as the provider's own word would; null when a success has no id by which it could be refunded. */
export function resolveOperation(
  draft: Draft,
  operation: MoneyOperation,
  checked: CheckedByHand,
  context: Context,
): Draft | null {
  const providerId = checked.providerObjectId ?? providerIdOf(operation);
  if (checked.checkResult === 'succeeded' && providerId === null) return null;
  const known = providerId === null ? operation : withProviderId(operation, providerId);
  // The provider's books go on contradicting ours. Without this the next comparison would hold the subscription again.
  const decided =
    providerId !== null && operation.entry.send.distrusted !== null
      ? record(draft, { type: 'contradiction.resolved', subjectId: providerId })
      : draft;
  return known.kind === 'payment'
    ? resolvePayment(decided, known, checked, context)
    : resolveRefund(decided, known, checked, context);
}
