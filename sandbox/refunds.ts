import { changeSettings, isoTime, readSettings } from './clock.ts';
import { refundDecline } from './declines.ts';
import { refusal } from './errors.ts';
import { readAmount, readDescription, readMetadata } from './fields.ts';
import { newAuthorization, newSbpOperationId } from './ids.ts';
import { historyMs } from './methods.ts';
import { formatAmount, minorOf } from './money.ts';
import { findPayment } from './payments.ts';
import { openReceipt } from './receipts.ts';
import type { ApiRequest, Sandbox } from './sandbox.ts';
import { keepPayment, withRegistration } from './settle.ts';
import { readReceipt } from './validate-receipt.ts';
import type { MethodView, ReceiptOrder, Payment, PaymentRecord, Refund, RefundRecord } from './types.ts';

const descriptionLength = 250;
const leastRemainderMinor = 100;

/** The sum refunded or being refunded: a pending refund may still succeed, so it counts. */
function claimedMinor(sandbox: Sandbox, paymentId: string): number {
  let sumMinor = 0;
  for (const { object } of sandbox.store.all('refunds').values()) {
    if (object.payment_id === paymentId && object.status !== 'canceled') sumMinor += minorOf(object.amount);
  }
  return sumMinor;
}

/** What is neither refunded nor being refunded. */
export const leftMinor = (sandbox: Sandbox, { id, amount }: Payment): number =>
  minorOf(amount) - claimedMinor(sandbox, id);

function readRefundable(sandbox: Sandbox, request: ApiRequest): { payment: PaymentRecord; amountMinor: number } {
  const id = request.body['payment_id'];
  if (typeof id !== 'string') throw refusal('badParameter', 'payment_id');
  const { amountMinor } = readAmount(request.body['amount'], 'refundCurrency');
  const payment = findPayment(sandbox, request.shop.id, id);
  if (payment === undefined) throw refusal('paymentUnknown');
  const ageMs = sandbox.clocks.nowMs(payment.clockId) - Date.parse(payment.object.created_at);
  if (payment.object.status !== 'succeeded' || ageMs > historyMs) throw refusal('notRefundable');
  const left = leftMinor(sandbox, payment.object);
  if (left === 0) throw refusal('refundedAlready');
  if (amountMinor > left) throw refusal('refundTooMuch');
  const remainderMinor = left - amountMinor;
  if (remainderMinor > 0 && remainderMinor < leastRemainderMinor) throw refusal('refundRemainder');
  return { payment, amountMinor };
}

/** How the money went back: the bank's number of a card's refund, or the operation of SBP. A wallet has neither. */
function returned({ refund_method: way }: Refund, method: MethodView | undefined): Partial<Refund> {
  if (way !== undefined) return { refund_method: { ...way, sbp_operation_id: newSbpOperationId() } };
  return method?.card === undefined ? {} : { refund_authorization_details: { rrn: newAuthorization().rrn } };
}

/** The refund succeeds: the payment shows the refunded sum, and is refundable while some is left. */
export function succeedRefund(sandbox: Sandbox, record: RefundRecord): RefundRecord {
  const payment = sandbox.store.get('payments', record.object.payment_id);
  const object: Refund = {
    ...record.object,
    status: 'succeeded',
    ...returned(record.object, payment?.object.payment_method),
    receipt_registration: openReceipt(sandbox, record, record.receipt ?? null, {
      ...{ type: 'refund', refund_id: record.object.id },
    }),
  };
  const done: RefundRecord = { ...record, object };
  sandbox.store.put('refunds', object.id, done);
  if (payment !== undefined) {
    const { amount, refunded_amount: before } = payment.object;
    const refundedMinor = minorOf(object.amount) + (before === undefined ? 0 : minorOf(before));
    const refunded = formatAmount(refundedMinor, amount.currency);
    const refundable = refundedMinor < minorOf(amount);
    keepPayment(sandbox, { ...payment, object: { ...payment.object, refunded_amount: refunded, refundable } });
  }
  sandbox.notifications.add('refund.succeeded', object);
  return done;
}

/** The refund fails. The provider sends no notification for it, so the shop must ask. */
export function cancelRefund(sandbox: Sandbox, record: RefundRecord, reason: string): RefundRecord {
  const object: Refund = { ...record.object, status: 'canceled', cancellation_details: refundDecline(reason) };
  const done: RefundRecord = { ...record, object };
  sandbox.store.put('refunds', object.id, done);
  return done;
}

/** A refund of the whole payment repeats its receipt, and needs none of its own. */
function receiptOfRefund(request: ApiRequest, payment: PaymentRecord, amountMinor: number): ReceiptOrder | null {
  const isWhole = amountMinor === minorOf(payment.object.amount);
  const isGiven = request.body['receipt'] !== undefined && request.body['receipt'] !== null;
  return isWhole && !isGiven ? (payment.receipt ?? null) : readReceipt(request.body, request.shop, amountMinor);
}

export function createRefund(sandbox: Sandbox, request: ApiRequest): Refund {
  const { payment, amountMinor } = readRefundable(sandbox, request);
  const description = readDescription(request.body, descriptionLength);
  const metadata = readMetadata(request.body);
  const nowMs = sandbox.clocks.nowMs(payment.clockId);
  const record: RefundRecord = {
    object: {
      id: sandbox.newId('refund', nowMs),
      payment_id: payment.object.id,
      status: 'pending',
      created_at: isoTime(nowMs),
      amount: formatAmount(amountMinor, payment.object.amount.currency),
      description,
      metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
      refund_method: payment.object.payment_method?.type === 'sbp' ? { type: 'sbp' } : undefined,
    },
    seq: sandbox.store.nextSeq(),
    shopId: request.shop.id,
    clockId: payment.clockId,
    idempotenceKey: request.key,
    sendsId: request.sendsId,
    request: request.body,
    receipt: receiptOfRefund(request, payment, amountMinor),
  };
  const scripted = readSettings(sandbox.store).nextRefund;
  if (scripted !== null) changeSettings(sandbox.store, { nextRefund: null });
  if (scripted === null || scripted === 'succeeded') return succeedRefund(sandbox, record).object;
  if (scripted !== 'pending') return cancelRefund(sandbox, record, scripted).object;
  sandbox.store.put('refunds', record.object.id, record);
  return record.object;
}

export function getRefund(sandbox: Sandbox, request: ApiRequest): Refund {
  const record = sandbox.readLag.shown('refunds', request.id, sandbox.store.get('refunds', request.id));
  if (record?.shopId !== request.shop.id) throw refusal('refundNotFound');
  return withRegistration(sandbox, record.object);
}
