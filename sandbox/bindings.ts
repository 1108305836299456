import { refusal } from './errors.ts';
import { isObject, readMetadata, readText } from './fields.ts';
import { boundTypes, pageLifeMs } from './methods.ts';
import { confirmationOf } from './payments.ts';
import type { ApiRequest, Sandbox } from './sandbox.ts';
import { blankMethod, cardMethod, sbpMethod } from './settle.ts';
import type { Binding, BindingRecord, EnteredCard, JsonObject } from './types.ts';
import { gatewayIdOf, readConfirmation, type WantedConfirmation } from './validate-payment.ts';

const returnUrlLength = 2048;

function keepBinding(sandbox: Sandbox, record: BindingRecord): BindingRecord {
  sandbox.store.put('bindings', record.object.id, record);
  return record;
}

/** A page to be redirected to, or the data of a QR code, which only SBP has. */
function readBindingConfirmation(body: JsonObject): WantedConfirmation {
  const { type, confirmation } = body;
  if (type !== 'sbp' || !isObject(confirmation) || confirmation['type'] !== 'qr') return readConfirmation(body);
  return { type: 'qr', returnUrl: readText(confirmation, 'return_url', returnUrlLength) ?? null, enforce: undefined };
}

/** Saves a card, or links an account by SBP, without a payment: the user confirms it on a page, nothing is charged. */
export function createBinding(sandbox: Sandbox, request: ApiRequest): Binding {
  const { body, shop, clockId } = request;
  const type = boundTypes.find((one) => one === body['type']);
  if (type === undefined) throw refusal('methodUnavailable', 'type');
  if (body['card'] !== undefined) throw refusal('rawCardForbidden', 'card');
  const confirmation = readBindingConfirmation(body);
  const metadata = body['metadata'] === undefined ? undefined : readMetadata(body);
  if (!shop.recurring) throw refusal('recurringForbidden');
  const nowMs = sandbox.clocks.nowMs(clockId);
  const id = sandbox.newId('binding', nowMs);
  const record: BindingRecord = {
    object: {
      ...blankMethod(type, id, true),
      holder: { account_id: shop.id, gateway_id: gatewayIdOf(shop) },
      confirmation: confirmationOf(confirmation, `${sandbox.baseUrl}/checkout/${id}`, id),
      metadata,
    },
    seq: sandbox.store.nextSeq(),
    shopId: shop.id,
    clockId,
    idempotenceKey: request.key,
    sendsId: request.sendsId,
    request: body,
    page: {
      deadlineMs: nowMs + pageLifeMs,
      returnUrl: confirmation.returnUrl,
      save: true,
      challengeCard: null,
      lastDecline: null,
    },
  };
  return keepBinding(sandbox, record).object;
}

const closed = (record: BindingRecord, object: Binding): BindingRecord => ({
  ...record,
  object: { ...object, confirmation: undefined },
  page: { ...record.page, deadlineMs: null, challengeCard: null },
});

/** The method is bound, and the shop gets a notification. As at the provider, a failed binding sends none. */
export function activateBinding(sandbox: Sandbox, record: BindingRecord, by: EnteredCard | 'sbp'): BindingRecord {
  const { id } = record.object;
  const view = by === 'sbp' ? sbpMethod(id) : cardMethod(id, by, true);
  const active = closed(record, { ...record.object, ...view });
  sandbox.store.put('methods', view.id, {
    shopId: record.shopId,
    view,
    cardNumber: by === 'sbp' ? null : by.number,
    next: null,
    always: null,
  });
  sandbox.notifications.add('payment_method.active', active.object);
  return keepBinding(sandbox, active);
}

export const deactivateBinding = (sandbox: Sandbox, record: BindingRecord): BindingRecord =>
  keepBinding(sandbox, closed(record, { ...record.object, saved: false, status: 'inactive' }));

export function expireBindingIfDue(sandbox: Sandbox, record: BindingRecord): BindingRecord {
  const { deadlineMs } = record.page;
  const isDue = deadlineMs !== null && sandbox.clocks.nowMs(record.clockId) >= deadlineMs;
  return isDue ? deactivateBinding(sandbox, record) : record;
}

export function getBinding(sandbox: Sandbox, request: ApiRequest): Binding {
  const record = sandbox.store.get('bindings', request.id);
  if (record?.shopId === request.shop.id) {
    const shown = sandbox.readLag.shown('bindings', request.id, expireBindingIfDue(sandbox, record));
    if (shown === undefined) throw refusal('methodNotFound');
    return shown.object;
  }
  const method = sandbox.store.get('methods', request.id);
  if (method?.shopId !== request.shop.id) throw refusal('methodNotFound');
  // The answer knows no other kinds, so a wallet that a payment saved cannot be shown.
  if (!boundTypes.some((type) => type === method.view.type)) throw refusal('methodNotFound');
  const holder = { account_id: request.shop.id, gateway_id: gatewayIdOf(request.shop) };
  return { ...method.view, holder };
}
