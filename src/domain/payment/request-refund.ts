import type { Context } from '../model/context.ts';
import { type Draft, follow, record } from '../decision/draft.ts';
import type { Refund, CapturedPayment, StaffCause } from '../model/payment.ts';
import type { RefundReason } from '../model/refund-reason.ts';
import { refundNameOf } from '../model/refund-name.ts';
import { toBeSent } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { isWhole, receiptOfRefund, wanted } from './receipts.ts';
import { alreadySent, takeRecalled } from './take-recalled.ts';
import { recalledBackMinor, recalledRefund } from './recalled-refund.ts';
import { refundableMinor } from '../subscription/unused-part.ts';
import { refundsMadeOf, requestedMinorOf } from './own-refunds.ts';

const describe: Readonly<Record<RefundReason, string>> = {
  late_success: 'Возврат: оплата пришла после завершения подписки',
  superseded: 'Возврат: оплачена заменённая страница оплаты',
  canceled: 'Возврат: списание после отмены подписки',
  duplicate: 'Возврат: период оплачен дважды',
  left_early: 'Возврат: неиспользованная часть подписки',
  staff: 'Возврат по обращению',
};

/** The fields that all attempts of a refund share, and the number of this attempt. */
type Terms = Pick<
  Refund,
  | 'paymentId'
  | 'subscriptionId'
  | 'providerPaymentId'
  | 'amount'
  | 'reason'
  | 'cause'
  | 'refundNo'
  | 'restOf'
  | 'receipt'
  | 'firstRequestedAt'
  | 'earlierRefundIds'
> & { readonly attemptNo: number };

/**
 * Opens an attempt with a key of its own: the first, or the next one after the provider refused the last for good. Since a
 * restore it may be one that the provider has already, with attempts before it.
 */
export function openRefund(draft: Draft, asked: Terms, context: Context): Draft {
  const { userId, testClockId } = draft.state;
  const recalled = recalledRefund(draft.state, asked, context);
  const terms = recalled === null ? asked : { ...asked, ...recalled.terms };
  const { paymentId, providerPaymentId, refundNo = 1, attemptNo, amount } = terms;
  const id = context.ids.refundId(paymentId, refundNo, attemptNo);
  // The first refund of a payment keeps the key and the bytes that it had when a payment had one at most.
  const scope = refundNo === 1 ? 'refund' : `refund:${refundNo}`;
  const key = context.ids.idempotenceKey(paymentId, scope, attemptNo);
  const refundId = refundNameOf({ id, refundNo });
  const metadata = { paymentId, userId, testClockId, ...(refundId === null ? {} : { refundId }) };
  const receipt = receiptOfRefund(draft.state, terms, context);
  const description = describe[terms.reason];
  const providerRequest = {
    ...{ kind: 'refund' as const, providerPaymentId, amount, description, metadata },
    ...(isWhole(draft.state, terms) ? {} : wanted(draft.state, receipt, description)),
  };
  const send = toBeSent(key, providerRequest, context);
  const refund: Refund = {
    ...terms,
    id,
    ...(receipt === null ? {} : { receipt }),
    state: recalled === null ? 'requested' : 'unknown',
    send: recalled === null ? send : alreadySent(draft.state, send, recalled.last, context),
    providerRefundId: recalled?.last.id ?? null,
    stuckSince: null,
    createdAt: context.now,
    createdRealAt: context.realNow,
    retryAt: null,
  };
  const requested = record(takeRecalled(draft, recalled?.taken ?? []), {
    type: 'refund.requested',
    refund,
    closed: false,
  });
  return follow(requested, recalled === null ? 'send' : 'check', { kind: 'refund', id });
}

type Wanted = {
  readonly amountMinor: number;
  readonly reason: RefundReason;
  readonly cause?: StaffCause;
  readonly restOf?: number;
};

/** The next refund of the payment, as far as the provider has it since a restore. */
const recalledNext = (state: Subscriber, capture: CapturedPayment, context: Context) =>
  recalledRefund(
    state,
    { paymentId: capture.paymentId, refundNo: refundsMadeOf(state, capture) + 1, attemptNo: 1 },
    context,
  );

/**
 * What is left for the next refund of the payment: less by what others gave back before a restore. One that the provider has made
 * itself is taken for as much as that was.
 */
export function leftMinorOf(state: Subscriber, capture: CapturedPayment, context: Context): number {
  const leftMinor = capture.capturedMinor - capture.refundedMinor;
  if (recalledNext(state, capture, context)?.terms.amount !== undefined) return leftMinor;
  return leftMinor - recalledBackMinor(state, capture.paymentId, context);
}

/** As much of what is wanted as the refunds leave that the provider has made since a restore, and no operation has taken. */
function fitting(state: Subscriber, capture: CapturedPayment, wantedMinor: number, context: Context): number {
  const { paymentId, capturedMinor, refundedMinor } = capture;
  const recalledMinor = recalledBackMinor(state, paymentId, context);
  if (recalledMinor === 0) return wantedMinor;
  return refundableMinor(wantedMinor, capturedMinor - refundedMinor - recalledMinor, context.policy);
}

/**
 * Requests a refund of a part that is not refunded yet. `refundedMinor` counts it at once, so that succeeded and open
 * refunds never exceed the captured amount.
 */
export function requestRefund(
  draft: Draft,
  capture: CapturedPayment,
  { amountMinor: wantedMinor, ...why }: Wanted,
  context: Context,
): Draft {
  const { paymentId, subscriptionId, providerPaymentId, currency, refundedMinor: before } = capture;
  if (wantedMinor <= 0) return draft;
  const refundNo = refundsMadeOf(draft.state, capture) + 1;
  // What the provider has of it since a restore counts, whatever is asked for.
  const recalled = recalledNext(draft.state, capture, context)?.terms.amount;
  const amountMinor = recalled?.amountMinor ?? fitting(draft.state, capture, wantedMinor, context);
  if (amountMinor <= 0) return draft;
  const refundedMinor = before + amountMinor;
  const requestedMinor = requestedMinorOf(draft.state, capture) + amountMinor;
  const sums = { refundedMinor, refundsMade: refundNo, requestedMinor };
  const promised = record(draft, { type: 'capture.refunded', paymentId, ...sums });
  const first = { refundNo, attemptNo: 1, firstRequestedAt: context.now, earlierRefundIds: [] };
  const amount = { amountMinor, currency };
  return openRefund(promised, { paymentId, subscriptionId, providerPaymentId, amount, ...why, ...first }, context);
}

/** Requests a refund of everything that is not refunded yet: beside those that the provider has made of less since a restore. */
export function requestFullRefund(
  draft: Draft,
  capture: CapturedPayment,
  reason: RefundReason,
  context: Context,
): Draft {
  const amountMinor = capture.capturedMinor - capture.refundedMinor;
  const requested = requestRefund(draft, capture, { amountMinor, reason }, context);
  const counted = requested.state.captures.find(({ paymentId }) => paymentId === capture.paymentId);
  if (requested === draft || counted === undefined) return requested;
  return requestFullRefund(requested, counted, reason, context);
}
