import { chargeSavedMethod } from './charge.ts';
import { isoTime } from './clock.ts';
import { refusal } from './errors.ts';
import { readAmount } from './fields.ts';
import { pageLifeMs } from './methods.ts';
import { formatAmount, minorOf } from './money.ts';
import type { ApiRequest, Sandbox } from './sandbox.ts';
import { blankMethod, cancel, endIfDue, keepPayment, succeed } from './settle.ts';
import type { Confirmation, Payment, PaymentRecord } from './types.ts';
import { gatewayIdOf, readPaymentOrder, type PaymentOrder, type WantedConfirmation } from './validate-payment.ts';

/** What the shop's answer says about where to send the user. */
export function confirmationOf(wanted: WantedConfirmation, pageUrl: string, id: string): Confirmation {
  switch (wanted.type) {
    case 'embedded':
      return { type: 'embedded', confirmation_token: `ct-${id}` };
    case 'qr':
      // A bank's app would read the code; here it leads to the page.
      return { type: 'qr', confirmation_data: pageUrl };
    case 'redirect':
      return {
        type: 'redirect',
        return_url: wanted.returnUrl ?? '',
        enforce: wanted.enforce,
        confirmation_url: pageUrl,
      };
  }
}

function newPayment(sandbox: Sandbox, request: ApiRequest, order: PaymentOrder): Payment {
  const nowMs = sandbox.clocks.nowMs(request.clockId);
  const id = sandbox.newId('payment', nowMs);
  const { confirmation, methodType } = order;
  return {
    id,
    status: 'pending',
    amount: formatAmount(order.amountMinor, order.currency),
    description: order.description,
    recipient: { account_id: request.shop.id, gateway_id: gatewayIdOf(request.shop) },
    payment_method: methodType === null ? undefined : blankMethod(methodType, id, order.save),
    created_at: isoTime(nowMs),
    confirmation:
      confirmation === null ? undefined : confirmationOf(confirmation, `${sandbox.baseUrl}/checkout/${id}`, id),
    test: true,
    paid: false,
    refundable: false,
    metadata: order.metadata,
    merchant_customer_id: order.merchantCustomerId,
  };
}

/** The saved method that the order charges; null where the payer picks one on the page. */
function chargedMethod(sandbox: Sandbox, request: ApiRequest, order: PaymentOrder) {
  const asksToRecur = order.save === true || order.methodId !== null;
  if (asksToRecur && !request.shop.recurring) throw refusal('recurringForbidden');
  if (order.methodId === null) return null;
  const method = sandbox.store.get('methods', order.methodId);
  if (method?.shopId !== request.shop.id) throw refusal('methodUnknown');
  // SBP cannot hold money.
  if (method.view.type === 'sbp' && !order.capture) throw refusal('badParameter', 'capture');
  return method;
}

export function createPayment(sandbox: Sandbox, request: ApiRequest): Payment {
  const order = readPaymentOrder(request.body, request.shop);
  const method = chargedMethod(sandbox, request, order);
  const object = newPayment(sandbox, request, order);
  const record: PaymentRecord = {
    object,
    seq: sandbox.store.nextSeq(),
    shopId: request.shop.id,
    clockId: request.clockId,
    idempotenceKey: request.key,
    sendsId: request.sendsId,
    request: request.body,
    capture: order.capture,
    receipt: order.receipt,
    page: {
      deadlineMs: method === null ? sandbox.clocks.nowMs(request.clockId) + pageLifeMs : null,
      returnUrl: order.confirmation?.returnUrl ?? null,
      save: order.save,
      challengeCard: null,
      lastDecline: null,
    },
  };
  if (method === null) return keepPayment(sandbox, record).object;
  return chargeSavedMethod(sandbox, record, method, request.fault).object;
}

/** A payment that this shop may see, in its state at the present time of its clock. */
export function findPayment(sandbox: Sandbox, shopId: string, id: string): PaymentRecord | undefined {
  const record = sandbox.store.get('payments', id);
  return record?.shopId === shopId ? endIfDue(sandbox, record) : undefined;
}

export function getPayment(sandbox: Sandbox, request: ApiRequest): Payment {
  const present = findPayment(sandbox, request.shop.id, request.id);
  const record = present && sandbox.readLag.shown('payments', request.id, present);
  if (record === undefined) throw refusal('paymentNotFound');
  return record.object;
}

export function capturePayment(sandbox: Sandbox, request: ApiRequest): Payment {
  const record = findPayment(sandbox, request.shop.id, request.id);
  if (record === undefined) throw refusal('paymentUnknown');
  if (record.object.status !== 'waiting_for_capture') throw refusal('notCapturable');
  const heldMinor = minorOf(record.object.amount);
  const given = request.body['amount'];
  const amountMinor = given === undefined || given === null ? heldMinor : readAmount(given, 'badCurrency').amountMinor;
  if (amountMinor > heldMinor) throw refusal('captureTooMuch');
  return succeed(sandbox, record, amountMinor).object;
}

export function cancelPayment(sandbox: Sandbox, request: ApiRequest): Payment {
  const record = findPayment(sandbox, request.shop.id, request.id);
  if (record === undefined) throw refusal('paymentUnknown');
  if (record.object.status !== 'waiting_for_capture') throw refusal('notCancelable');
  return cancel(sandbox, record, { party: 'merchant', reason: 'canceled_by_merchant' }).object;
}
