import { accepted, alarm, type Decision, draftOf, record } from '../decision/draft.ts';
import type { PastPayment } from '../model/context.ts';
import type { ProviderRefund } from '../model/provider.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { alarmForeign } from './alarm-once.ts';
import { refundedBefore } from './refunded-before.ts';

type Captured = Pick<PastPayment, 'paymentId' | 'subscriptionId'> & {
  readonly currency: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
};

/** The payment's money: as the document remembers it, else as the read models do. */
function capturedOf(state: Subscriber, { providerPaymentId }: ProviderRefund, past: Past): Captured | null {
  const capture = state.captures.find((candidate) => candidate.providerPaymentId === providerPaymentId);
  if (capture !== undefined) return capture;
  if (past.payment === null) return null;
  const { paymentId, subscriptionId, amount } = past.payment;
  const { refundedMinor } = refundedBefore(state, past, paymentId);
  return { paymentId, subscriptionId, currency: amount.currency, capturedMinor: amount.amountMinor, refundedMinor };
}

/**
 * A refund that staff made in the provider's cabinet. It counts among the refunds of its payment, and the sum never
 * exceeds what was captured. Access and renewal stay: only a command of staff ends them.
 */
export function adoptRefund(state: Subscriber, object: ProviderRefund, past: Past): Decision {
  const captured = capturedOf(state, object, past);
  if (captured?.currency !== object.amount.currency) {
    return alarmForeign(state, object, 'a refund that we did not ask for does not fit its payment');
  }
  const { paymentId, subscriptionId, capturedMinor } = captured;
  const sumMinor = captured.refundedMinor + object.amount.amountMinor;
  const adopted = record(draftOf(state), {
    type: 'refund.recorded_external',
    ...{ paymentId, subscriptionId, capturedMinor },
    providerPaymentId: object.providerPaymentId,
    providerRefundId: object.id,
    amount: object.amount,
    refundedMinor: Math.min(sumMinor, capturedMinor),
    refundedAt: object.createdAt,
  });
  if (sumMinor <= capturedMinor) return accepted(adopted);
  const detail = 'with a refund of the cabinet more is to go back than was captured: a refund of ours may fail';
  const expected = { amountMinor: capturedMinor, currency: captured.currency };
  const actual = { ...expected, amountMinor: sumMinor };
  return accepted(alarm(adopted, { rule: 'contradiction', subjectId: object.id, detail, expected, actual }));
}
