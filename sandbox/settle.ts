import { cardViewOf } from './cards.ts';
import { isoTime } from './clock.ts';
import { paymentDecline } from './declines.ts';
import { newAuthorization, newSbpOperationId } from './ids.ts';
import { methodRule, sbpBank, walletNumber } from './methods.ts';
import { formatAmount, incomeMinor, minorOf } from './money.ts';
import { openReceipt, registrationOf } from './receipts.ts';
import type { Sandbox } from './sandbox.ts';
import type {
  AuthorizationDetails,
  Decline,
  EnteredCard,
  MethodView,
  Payment,
  PaymentRecord,
  Refund,
} from './types.ts';

/** The method of a payment of which only the kind is known. */
export const blankMethod = (type: string, id: string, save: boolean | null): MethodView => ({
  type,
  id,
  saved: false,
  status: save === true ? 'pending' : 'inactive',
});

export const cardMethod = (id: string, card: EnteredCard, saved: boolean): MethodView => ({
  type: 'bank_card',
  id,
  saved,
  status: saved ? 'active' : 'inactive',
  title: `Bank card *${card.number.slice(-4)}`,
  card: cardViewOf(card),
});

export const walletMethod = (id: string, saved: boolean): MethodView => ({
  type: 'yoo_money',
  id,
  saved,
  status: saved ? 'active' : 'inactive',
  title: `YooMoney wallet ${walletNumber}`,
  account_number: walletNumber,
});

export const sbpMethod = (id: string): MethodView => ({
  type: 'sbp',
  id,
  saved: true,
  status: 'active',
  title: 'SBP',
  payer_bank_details: { bank_id: sbpBank.bank_id },
});

/** A payment names the bank of an account by its BIC as well. */
export const inPayment = (method: MethodView): MethodView =>
  method.type === 'sbp' ? { ...method, payer_bank_details: sbpBank } : method;

export const authorized = (threeDs: boolean): AuthorizationDetails => ({
  ...newAuthorization(),
  three_d_secure: { applied: threeDs },
});

/** A bank that declined was asked, so its answer has the details too; without such an answer there are none. */
export const declinedBy = (decline: Decline, method: MethodView): AuthorizationDetails | undefined =>
  decline.party !== 'payment_network' || method.card === undefined
    ? undefined
    : {
        ...newAuthorization(),
        three_d_secure: { applied: false, method_completed: false, challenge_completed: false },
      };

export function keepPayment(sandbox: Sandbox, record: PaymentRecord): PaymentRecord {
  sandbox.store.put('payments', record.object.id, record);
  return record;
}

function keepAndNotify(sandbox: Sandbox, record: PaymentRecord): PaymentRecord {
  sandbox.notifications.add(`payment.${record.object.status}`, record.object);
  return keepPayment(sandbox, record);
}

const close = (record: PaymentRecord, object: Payment, deadlineMs: number | null): PaymentRecord => ({
  ...record,
  object: { ...object, confirmation: undefined },
  page: { ...record.page, deadlineMs, challengeCard: null },
});

/** The money is captured: the payment is final and may be refunded. */
export function succeed(sandbox: Sandbox, record: PaymentRecord, amountMinor: number): PaymentRecord {
  const { currency } = record.object.amount;
  const object: Payment = {
    ...record.object,
    status: 'succeeded',
    amount: formatAmount(amountMinor, currency),
    income_amount: formatAmount(incomeMinor(amountMinor), currency),
    captured_at: isoTime(sandbox.clocks.nowMs(record.clockId)),
    refunded_amount: formatAmount(0, currency),
    expires_at: undefined,
    paid: true,
    refundable: true,
    receipt_registration: openReceipt(sandbox, record, record.receipt ?? null, {
      ...{ type: 'payment', payment_id: record.object.id },
    }),
  };
  return keepAndNotify(sandbox, close(record, object, null));
}

/** The bank accepts. A one-stage payment is captured; a two-stage one is authorized until captured or expired. */
export function authorize(
  sandbox: Sandbox,
  record: PaymentRecord,
  method: MethodView,
  details: AuthorizationDetails | undefined,
): PaymentRecord {
  const paid: PaymentRecord = {
    ...record,
    object: { ...record.object, payment_method: method, authorization_details: details },
  };
  if (record.capture) return succeed(sandbox, paid, minorOf(record.object.amount));
  const deadlineMs = sandbox.clocks.nowMs(record.clockId) + (methodRule(method.type)?.holdMs ?? 0);
  const object: Payment = {
    ...paid.object,
    status: 'waiting_for_capture',
    expires_at: isoTime(deadlineMs),
    paid: true,
  };
  return keepAndNotify(sandbox, close(paid, object, deadlineMs));
}

export function cancel(sandbox: Sandbox, record: PaymentRecord, decline: Decline): PaymentRecord {
  const object: Payment = {
    ...record.object,
    status: 'canceled',
    cancellation_details: decline,
    expires_at: undefined,
    paid: false,
    refundable: false,
  };
  return keepAndNotify(sandbox, close(record, object, null));
}

/** The bank accepts a charge of a saved method. The answer has the details of a card, or the operation of SBP. */
export function authorizeSaved(sandbox: Sandbox, record: PaymentRecord, method: MethodView): PaymentRecord {
  const isSbp = method.type === 'sbp';
  const charged = isSbp ? { ...inPayment(method), sbp_operation_id: newSbpOperationId() } : method;
  return authorize(sandbox, record, charged, method.card === undefined ? undefined : authorized(false));
}

/** The payment or refund with its receipt as it is now. */
export function withRegistration<Shown extends Payment | Refund>(sandbox: Sandbox, object: Shown): Shown {
  const registration = registrationOf(sandbox, object.id);
  return registration === undefined ? object : { ...object, receipt_registration: registration };
}

/** Ends what is over by the payment's clock: an unpaid page, an uncaptured authorization, a pending charge. */
export function endIfDue(sandbox: Sandbox, kept: PaymentRecord): PaymentRecord {
  const record = { ...kept, object: withRegistration(sandbox, kept.object) };
  const { succeedsAtMs, object, page } = record;
  const nowMs = sandbox.clocks.nowMs(record.clockId);
  const isPendingOver = object.status === 'pending' && succeedsAtMs !== undefined && nowMs >= succeedsAtMs;
  if (isPendingOver && object.payment_method !== undefined)
    return authorizeSaved(sandbox, record, object.payment_method);
  if (page.deadlineMs === null || nowMs < page.deadlineMs) return record;
  const isHeld = object.status === 'waiting_for_capture';
  return cancel(sandbox, record, paymentDecline(isHeld ? 'expired_on_capture' : 'expired_on_confirmation'));
}
