import type { Instant } from '../../domain/model/instant.ts';
import { type Money, parseDecimal } from '../../domain/model/money.ts';
import type { ProviderMethod, ProviderObjects, ProviderPayment, ProviderRefund } from '../../domain/model/provider.ts';

/**
 * Turns the provider's JSON into domain types. Fields that a decision rests on are checked strictly; others are ignored,
 * because answers carry undocumented fields. Null: the object is not believed, so the outcome of the call stays unknown.
 */
type Fields = Readonly<Record<string, unknown>>;

const paymentStatuses = ['pending', 'waiting_for_capture', 'succeeded', 'canceled'] as const;
const registrations = ['pending', 'succeeded', 'canceled'] as const;
const refundStatuses = ['pending', 'succeeded', 'canceled'] as const;
const methodStatuses = ['pending', 'active', 'inactive'] as const;
/** Longer than any documented text. */
const textLengthMax = 2_048;
const timeShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const currencyShape = /^[A-Z]{3}$/;

class Invalid extends Error {}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new Invalid();
}

function text(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= textLengthMax) return value;
  throw new Invalid();
}

/** Text for people. It makes no answer invalid and is truncated, because documented texts are shorter. */
function displayText(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, textLengthMax).toWellFormed();
  throw new Invalid();
}

function flag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Invalid();
}

function time(value: unknown): Instant {
  const instant = timeShape.test(text(value)) ? Date.parse(text(value)) : NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new Invalid();
}

function oneOf<Value extends string>(value: unknown, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new Invalid();
}

const optional = <Value>(value: unknown, parse: (value: unknown) => Value): Value | null =>
  value === undefined || value === null ? null : parse(value);

/** Amounts are decimal texts; a JSON number has already been a float and is refused. */
function money(value: unknown): Money {
  const { value: decimal, currency } = fields(value);
  const amountMinor = parseDecimal(text(decimal));
  if (amountMinor === null || !currencyShape.test(text(currency))) throw new Invalid();
  return { amountMinor, currency: text(currency) };
}

/** A name in the metadata. Another program of the shop may leave it empty, and then it names nothing of ours. */
const name = (value: unknown): string | null => (value === '' ? null : optional(value, text));

type Base = Pick<ProviderRefund, 'id' | 'amount' | 'metadata' | 'createdAt' | 'receiptRegistration' | 'cancellation'>;

function base(object: Fields): Base {
  const metadata = optional(object['metadata'], fields) ?? {};
  const cancellation = optional(object['cancellation_details'], fields);
  const refundId = name(metadata['refund_id']);
  // No decision about money rests on it, so a word of next year makes no answer invalid.
  const registration = registrations.find((known) => known === object['receipt_registration']);
  return {
    id: text(object['id']),
    amount: money(object['amount']),
    metadata: {
      paymentId: name(metadata['payment_id']),
      userId: name(metadata['user_id']),
      testClockId: name(metadata['test_clock_id']),
      ...(refundId === null ? {} : { refundId }),
    },
    createdAt: time(object['created_at']),
    ...(registration === undefined ? {} : { receiptRegistration: registration }),
    cancellation: cancellation && {
      reason: displayText(cancellation['reason']),
      party: displayText(cancellation['party']),
    },
  };
}

/** The month in which a card expires; null where the provider shows none, or nonsense. */
function expiryOf(card: Fields | null): string | null {
  const [year, month] = [card?.['expiry_year'], card?.['expiry_month']];
  const expiry = `${String(year)}-${String(month)}`;
  return /^20\d\d-(0[1-9]|1[0-2])$/.test(expiry) ? expiry : null;
}

/** Only for the comparison of methods, so nonsense makes no answer invalid. */
function bankOf({ payer_bank_details: bank }: Fields): { readonly bankId?: string } {
  const id = isFields(bank) ? bank['bank_id'] : undefined;
  return typeof id === 'string' && /^[0-9A-Za-z]{1,12}$/.test(id) ? { bankId: id } : {};
}

function method(value: unknown): NonNullable<ProviderPayment['method']> {
  const object = fields(value);
  const card = optional(object['card'], fields);
  return {
    id: text(object['id']),
    saved: flag(object['saved']),
    title: optional(object['title'], displayText),
    last4: card && optional(card['last4'], displayText),
    brand: card && optional(card['card_type'], displayText),
    type: optional(object['type'], displayText),
    expiry: expiryOf(card),
    ...bankOf(object),
  };
}

/** Only http or https, because the subscriber's browser, or the app of their bank, is sent there. */
function webAddress(value: unknown): string {
  const address = text(value);
  const protocol = URL.parse(address)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:') throw new Invalid();
  return address;
}

const pageAddress = (value: unknown): string | null => optional(fields(value)['confirmation_url'], webAddress);

/** Only for the comparison of the books, so nonsense makes no answer invalid. */
function refundedOf({ refunded_amount: refunded }: Fields): Pick<ProviderPayment, 'refundedMinor'> {
  const decimal = isFields(refunded) ? refunded['value'] : undefined;
  const refundedMinor = typeof decimal === 'string' ? parseDecimal(decimal) : null;
  return refundedMinor === null || refundedMinor === 0 ? {} : { refundedMinor };
}

function payment(value: unknown): ProviderPayment {
  const object = fields(value);
  const status = oneOf(object['status'], paymentStatuses);
  // `status` and `paid` say the same; an answer that contradicts itself is not believed.
  if (status === 'succeeded' && !flag(object['paid'])) throw new Invalid();
  return {
    ...base(object),
    object: 'payment',
    status,
    confirmationUrl: optional(object['confirmation'], pageAddress),
    capturedAt: optional(object['captured_at'], time),
    ...refundedOf(object),
    accountId: text(fields(object['recipient'])['account_id']),
    test: flag(object['test']),
    method: optional(object['payment_method'], method),
  };
}

function refund(value: unknown): ProviderRefund {
  const object = fields(value);
  const status = oneOf(object['status'], refundStatuses);
  return { ...base(object), object: 'refund', status, providerPaymentId: text(object['payment_id']) };
}

/** A QR code holds an address as well: the app of a bank opens it. */
function bindConfirmation(value: unknown): ProviderMethod['confirmation'] {
  const page = pageAddress(value);
  if (page !== null) return { kind: 'redirect', address: page };
  const code = optional(fields(value)['confirmation_data'], webAddress);
  return code === null ? null : { kind: 'qr', address: code };
}

function boundMethod(value: unknown): ProviderMethod {
  const object = fields(value);
  const metadata = optional(object['metadata'], fields) ?? {};
  const status = oneOf(object['status'], methodStatuses);
  const shown = method(value);
  // `status` and `saved` say the same; an answer that contradicts itself is not believed.
  if ((status === 'active') !== shown.saved) throw new Invalid();
  return {
    ...shown,
    object: 'payment_method',
    status,
    confirmation: optional(object['confirmation'], bindConfirmation),
    accountId: text(fields(object['holder'])['account_id']),
    metadata: {
      bindId: name(metadata['bind_id']),
      userId: name(metadata['user_id']),
      testClockId: name(metadata['test_clock_id']),
    },
  };
}

const parsers: { readonly [Kind in keyof ProviderObjects]: (value: unknown) => ProviderObjects[Kind] } = {
  payment,
  refund,
  payment_method: boundMethod,
};

export function parseObject<Kind extends keyof ProviderObjects>(
  kind: Kind,
  value: unknown,
): ProviderObjects[Kind] | null {
  try {
    return parsers[kind](value);
  } catch (error) {
    if (error instanceof Invalid) return null;
    throw error;
  }
}
