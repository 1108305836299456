import { newErrorId } from './ids.ts';
import type { JsonObject } from './types.ts';

/** Status and code of each kind of refusal. */
const kinds = {
  credentials: [401, 'invalid_credentials'],
  forbidden: [403, 'forbidden'],
  notFound: [404, 'not_found'],
  method: [405, 'invalid_request'],
  mediaType: [415, 'invalid_request'],
  bad: [400, 'invalid_request'],
  busy: [429, 'too_many_requests'],
  internal: [500, 'internal_server_error'],
} as const;

type ErrorRow = readonly [kind: keyof typeof kinds, description: string, parameter?: string];
const key = 'Idempotence-Key';

/** The provider's refusals, in wording that was seen or documented; the caller fills in `{0}`. */
const errors = {
  credentialsMissing: ['credentials', 'Authorization header not found'],
  credentialsWrong: [
    'credentials',
    'Error in shopId or secret key. Check their validity. You can reissue the key in the Merchant Profile',
  ],
  credentialsKind: ['credentials', 'Authentication type is not allowed'],
  recurringForbidden: [
    'forbidden',
    "This store can't make recurring payments. Contact the YooMoney manager to learn more",
  ],
  rawCardForbidden: ['forbidden', 'Forbidden to send raw bank card data', 'payment_method_data.card'],
  noRoute: ['notFound', 'Resource not found'],
  paymentNotFound: ['notFound', 'Payment not found or forbidden', 'payment_id'],
  refundNotFound: ['notFound', 'Refund not found or forbidden', 'refund_id'],
  receiptNotFound: ['notFound', 'Receipt not found or forbidden', 'receipt_id'],
  methodNotFound: ['notFound', 'Payment method not found or forbidden', 'payment_method_id'],
  wrongMethod: ['method', 'Method not allowed'],
  wrongContentType: ['mediaType', 'Content type must be application/json'],
  badJson: ['bad', 'Failed to parse request body'],
  keyEmpty: ['bad', 'Idempotence key is empty', key],
  keyTooLong: ['bad', 'Idempotence key is too long. Send the value in accordance with the documentation', key],
  keyDuplicated: ['bad', 'Idempotence key duplicated', key],
  badParameter: ['bad', 'Invalid request parameter'],
  badAmount: ['bad', 'Payment amount is illegal', 'amount.value'],
  badCurrency: ['bad', 'Currency code is illegal', 'amount.currency'],
  descriptionTooLong: ['bad', 'Description is too long. Max. length is {0}', 'description'],
  metadataKeys: ['bad', 'Metadata object is limited to {0} keys', 'metadata'],
  metadataKeyTooLong: ['bad', 'The key names length in metadata object is limited to {0} characters', 'metadata'],
  metadataValueTooLong: ['bad', 'The key values length in metadata object is limited to {0} characters', 'metadata'],
  severalSources: ['bad', 'Request should contain only one of: payment_method_data, payment_method_id, payment_token'],
  confirmationNotNull: ['bad', 'Confirmation must be null when using payment_method_id', 'confirmation'],
  confirmationType: ['bad', 'Confirmation type must be: redirect', 'confirmation.type'],
  returnUrlMissing: ['bad', 'Return url is missing', 'confirmation.return_url'],
  methodUnavailable: ['bad', 'Payment method is not available', 'payment_method_data.type'],
  methodUnknown: [
    'bad',
    "This payment_method_id doesn't exist. Specify the id of the saved payment_method",
    'payment_method_id',
  ],
  paymentUnknown: [
    'bad',
    "Incorrect payment_id. Payment doesn't exist or access denied. Specify the payment ID created in your store",
    'payment_id',
  ],
  receiptIllegal: ['bad', 'Receipt is missing or illegal', 'receipt'],
  notCapturable: ['bad', 'Payment can not be captured in current status.', 'payment_id'],
  captureTooMuch: ['bad', 'Illegal amount for capture', 'amount'],
  notCancelable: ['bad', 'Payment can not be canceled in current status', 'payment_id'],
  notRefundable: ['bad', 'Payment can not be refunded in current status.', 'payment_id'],
  refundedAlready: ['bad', 'Payment is already completely refunded', 'payment_id'],
  refundTooMuch: ['bad', 'Refund sum exceeded', 'amount'],
  refundRemainder: ['bad', 'Remaining payment amount after refund must be greater than 1.00 RUB', 'amount'],
  refundCurrency: ['bad', 'Currencies do not match', 'amount.currency'],
  tooManyRequests: ['busy', 'Too many requests. Try again later'],
  internal: ['internal', 'Internal server error'],
} as const satisfies Readonly<Record<string, ErrorRow>>;

const retryAfterMs = 1800;

export class ApiError extends Error {
  readonly status: number;
  readonly body: JsonObject;

  constructor(status: number, body: JsonObject) {
    super(`${status} ${String(body['description'])}`);
    this.status = status;
    this.body = body;
  }
}

/** Makes the provider's error; `parameter` replaces the row's own, `value` fills `{0}`. */
export function refusal(name: keyof typeof errors, parameter?: string, value?: number): ApiError {
  const [kind, description, ownParameter]: ErrorRow = errors[name];
  const [status, code] = kinds[kind];
  const retryable = kind === 'busy' || kind === 'internal';
  return new ApiError(status, {
    type: 'error',
    id: newErrorId(Date.now()),
    code,
    description: description.replace('{0}', String(value)),
    parameter: parameter ?? ownParameter,
    retry_after: retryable ? retryAfterMs : undefined,
  });
}
