import { isIP } from 'node:net';
import type { Shop } from './config.ts';
import { refusal } from './errors.ts';
import {
  isObject,
  readAmount,
  readBoolean,
  readDescription,
  readMetadata,
  readText,
  type ReadAmount,
} from './fields.ts';
import { methodRule, minPaymentMinor, offeredMethods } from './methods.ts';
import type { JsonObject, Metadata, ReceiptOrder } from './types.ts';
import { readReceipt } from './validate-receipt.ts';

export type WantedConfirmation = {
  readonly type: 'redirect' | 'embedded';
  readonly returnUrl: string | null;
  readonly enforce: boolean | undefined;
};

export type PaymentOrder = ReadAmount & {
  readonly description: string | undefined;
  readonly capture: boolean;
  /** null: the user may tick "save" on the page. */
  readonly save: boolean | null;
  readonly methodType: string | null;
  readonly methodId: string | null;
  readonly confirmation: WantedConfirmation | null;
  readonly metadata: Metadata;
  readonly merchantCustomerId: string | undefined;
  readonly receipt: ReceiptOrder | null;
};

const descriptionLength = 128;
const customerIdLength = 200;
const returnUrlLength = 2048;
const methodIdLength = 64;

/** Apps have schemes of their own, so any scheme is accepted except one that runs script in the page. */
function isLink(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol !== 'javascript:';
}

export function readConfirmation(body: JsonObject): WantedConfirmation {
  const confirmation = body['confirmation'];
  if (!isObject(confirmation)) throw refusal('confirmationType');
  const type = confirmation['type'];
  if (type === 'embedded') return { type, returnUrl: null, enforce: undefined };
  if (type !== 'redirect') throw refusal('confirmationType');
  const returnUrl = confirmation['return_url'];
  if (typeof returnUrl !== 'string' || returnUrl === '') throw refusal('returnUrlMissing');
  if (returnUrl.length > returnUrlLength || !isLink(returnUrl)) {
    throw refusal('badParameter', 'confirmation.return_url');
  }
  return { type, returnUrl, enforce: readBoolean(confirmation, 'enforce') };
}

function readMethodType(body: JsonObject): string | null {
  const data = body['payment_method_data'];
  if (data === undefined || data === null) return null;
  if (!isObject(data) || typeof data['type'] !== 'string') throw refusal('badParameter', 'payment_method_data.type');
  if (!offeredMethods.includes(data['type'])) throw refusal('methodUnavailable');
  if (data['card'] !== undefined) throw refusal('rawCardForbidden');
  return data['type'];
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function readSource(body: JsonObject): { methodType: string | null; methodId: string | null } {
  const given = ['payment_method_data', 'payment_method_id', 'payment_token'].filter((name) => isGiven(body[name]));
  if (given.length > 1) throw refusal('severalSources');
  if (isGiven(body['payment_token'])) throw refusal('badParameter', 'payment_token');
  const methodId = readText(body, 'payment_method_id', methodIdLength) ?? null;
  if (methodId !== null && isGiven(body['confirmation'])) throw refusal('confirmationNotNull');
  return { methodType: readMethodType(body), methodId };
}

function checkSideFields(body: JsonObject, gatewayId: string): void {
  const { client_ip: clientIp, receipt, recipient } = body;
  if (isGiven(clientIp) && (typeof clientIp !== 'string' || isIP(clientIp) === 0)) {
    throw refusal('badParameter', 'client_ip');
  }
  if (isGiven(receipt) && !isObject(receipt)) throw refusal('badParameter', 'receipt');
  if (isObject(recipient) && isGiven(recipient['gateway_id']) && recipient['gateway_id'] !== gatewayId) {
    throw refusal('badParameter', 'recipient.gateway_id');
  }
}

/** The gateway of a shop: one each, numbered as in the provider's examples. */
export const gatewayIdOf = (shop: Shop): string => String((Number(shop.id) || 0) + 200);

/** Reads a create-payment body, or refuses it and names the parameter. Unknown fields are ignored. */
export function readPaymentOrder(body: JsonObject, shop: Shop): PaymentOrder {
  const { amountMinor, currency } = readAmount(body['amount'], 'badCurrency');
  const { methodType, methodId } = readSource(body);
  const maxMinor = methodRule(methodType ?? 'bank_card')?.maxMinor ?? 0;
  if (amountMinor < minPaymentMinor || amountMinor > maxMinor) throw refusal('badAmount');
  checkSideFields(body, gatewayIdOf(shop));
  return {
    amountMinor,
    currency,
    methodType,
    methodId,
    description: readDescription(body, descriptionLength),
    capture: readBoolean(body, 'capture') ?? false,
    save: readBoolean(body, 'save_payment_method') ?? null,
    confirmation: methodId === null ? readConfirmation(body) : null,
    metadata: readMetadata(body),
    merchantCustomerId: readText(body, 'merchant_customer_id', customerIdLength),
    receipt: readReceipt(body, shop, amountMinor),
  };
}
