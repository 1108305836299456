import { mismatchOf } from './check-object.ts';
import type { Context, LedgerPayment } from './context.ts';
import { alarm, draftOf, record } from './draft.ts';
import type { Settled } from './payment.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from './provider.ts';
import { requestFullRefund } from './request-refund.ts';
import { accepted, ignored, type Ruling } from './ruling.ts';
import type { Subscriber } from './subscriber.ts';

/** Money moved in our shop and we cannot say what for: nothing is done about it but that a person is called. */
function callForeign(state: Subscriber, object: ProviderObject, detail: string): Ruling {
  const { id: subjectId, amount: actual } = object;
  return accepted(alarm(draftOf(state), { rule: 'foreign_object', subjectId, detail, actual }));
}

/** Money that came after we had given up on it goes back (domain.md: any end, late success). */
function giveBackLate(state: Subscriber, object: ProviderPayment, ledger: LedgerPayment, context: Context): Ruling {
  const { paymentId, subscriptionId, periodKey, kind, attemptNo, amount: ordered } = ledger;
  const settled: Settled = {
    ...{ paymentId, subscriptionId, periodKey, kind, attemptNo },
    providerPaymentId: object.id,
    reservedAt: context.realNow,
    currency: object.amount.currency,
    // Told another amount than was ordered, we ask back what both agree on; the rest is for the person who is called.
    capturedMinor: Math.min(object.amount.amountMinor, ordered.amountMinor),
    refundedMinor: 0,
  };
  const recorded = record(draftOf(state), { type: 'settlement.recorded', settled });
  const detail = `succeeded at the provider after we recorded it as ${ledger.state}`;
  const alarmed = alarm(recorded, {
    rule: 'contradiction',
    subjectId: paymentId,
    detail,
    expected: ordered,
    actual: object.amount,
  });
  return accepted(requestFullRefund(alarmed, settled, 'late_success', context));
}

function strayPayment(
  state: Subscriber,
  object: ProviderPayment,
  ledger: LedgerPayment | null,
  context: Context,
): Ruling {
  if (object.status !== 'succeeded') return ignored('already closed');
  if (state.settled.some((settled) => settled.paymentId === object.metadata.paymentId)) return ignored('repeat');
  if (ledger === null) return callForeign(state, object, 'a payment that we know nothing of succeeded');
  if (ledger.state === 'succeeded' || ledger.isRefunded) return ignored('repeat');
  const paid = { paymentId: ledger.paymentId, amount: object.amount };
  const mismatch = mismatchOf(state, paid, object, context);
  if (mismatch !== null) return callForeign(state, object, mismatch);
  if (object.amount.currency !== ledger.amount.currency) return callForeign(state, object, 'another currency');
  return giveBackLate(state, object, ledger, context);
}

function strayRefund(state: Subscriber, object: ProviderRefund, ledger: LedgerPayment | null): Ruling {
  if (object.metadata.userId === null) {
    return callForeign(state, object, `a refund that we did not ask for is ${object.status}`);
  }
  if (object.status !== 'succeeded' || ledger?.isRefunded === true) return ignored('already closed');
  return callForeign(state, object, 'a refund that we know nothing of succeeded');
}

/**
 * An object of the provider that the document does not hold: a repeat of what is closed when the settled payments or the
 * ledger say so, late money, or one that neither accounts for.
 */
export function decideStray(
  state: Subscriber,
  object: ProviderObject,
  ledger: LedgerPayment | null,
  context: Context,
): Ruling {
  return object.object === 'payment'
    ? strayPayment(state, object, ledger, context)
    : strayRefund(state, object, ledger);
}
