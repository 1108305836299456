import { newErrorId } from './ids.ts';
import type { JsonObject } from './types.ts';

type ErrorRow = readonly [status: number, code: string, description: string, parameter?: string];

/** The provider's refusals, worded as they were seen or documented; `{0}` is filled in by the caller. */
const ERRORS = {
  credentialsMissing: [401, 'invalid_credentials', 'Authorization header not found'],
  credentialsWrong: [
    401,
    'invalid_credentials',
    'Error in shopId or secret key. Check their validity. You can reissue the key in the Merchant Profile',
  ],
  credentialsKind: [401, 'invalid_credentials', 'Authentication type is not allowed'],
  recurringForbidden: [
    403,
    'forbidden',
    "This store can't make recurring payments. Contact the YooMoney manager to learn more",
  ],
  rawCardForbidden: [403, 'forbidden', 'Forbidden to send raw bank card data', 'payment_method_data.card'],
  noRoute: [404, 'not_found', 'Resource not found'],
  paymentNotFound: [404, 'not_found', 'Payment not found or forbidden', 'payment_id'],
  refundNotFound: [404, 'not_found', 'Refund not found or forbidden', 'refund_id'],
  methodNotFound: [404, 'not_found', 'Payment method not found or forbidden', 'payment_method_id'],
  wrongMethod: [405, 'invalid_request', 'Method not allowed'],
  wrongContentType: [415, 'invalid_request', 'Content type must be application/json'],
  badJson: [400, 'invalid_request', 'Failed to parse request body'],
  keyEmpty: [400, 'invalid_request', 'Idempotence key is empty', 'Idempotence-Key'],
  keyTooLong: [
    400,
    'invalid_request',
    'Idempotence key is too long. Send the value in accordance with the documentation',
    'Idempotence-Key',
  ],
  keyDuplicated: [400, 'invalid_request', 'Idempotence key duplicated', 'Idempotence-Key'],
  badParameter: [400, 'invalid_request', 'Invalid request parameter'],
  badAmount: [400, 'invalid_request', 'Payment amount is illegal', 'amount.value'],
  badCurrency: [400, 'invalid_request', 'Currency code is illegal', 'amount.currency'],
  descriptionTooLong: [400, 'invalid_request', 'Description is too long. Max. length is {0}', 'description'],
  metadataKeys: [400, 'invalid_request', 'Metadata object is limited to {0} keys', 'metadata'],
  metadataKeyTooLong: [
    400,
    'invalid_request',
    'The key names length in metadata object is limited to {0} characters',
    'metadata',
  ],
  metadataValueTooLong: [
    400,
    'invalid_request',
    'The key values length in metadata object is limited to {0} characters',
    'metadata',
  ],
  severalSources: [
    400,
    'invalid_request',
    'Request should contain only one of: payment_method_data, payment_method_id, payment_token',
  ],
  confirmationNotNull: [
    400,
    'invalid_request',
    'Confirmation must be null when using payment_method_id',
    'confirmation',
  ],
  confirmationType: [400, 'invalid_request', 'Confirmation type must be: redirect', 'confirmation.type'],
  returnUrlMissing: [400, 'invalid_request', 'Return url is missing', 'confirmation.return_url'],
  methodUnavailable: [400, 'invalid_request', 'Payment method is not available', 'payment_method_data.type'],
  methodUnknown: [
    400,
    'invalid_request',
    "This payment_method_id doesn't exist. Specify the id of the saved payment_method",
    'payment_method_id',
  ],
  paymentUnknown: [
    400,
    'invalid_request',
    "Incorrect payment_id. Payment doesn't exist or access denied. Specify the payment ID created in your store",
    'payment_id',
  ],
  notCapturable: [400, 'invalid_request', 'Payment can not be captured in current status.', 'payment_id'],
  captureTooMuch: [400, 'invalid_request', 'Illegal amount for capture', 'amount'],
  notCancelable: [400, 'invalid_request', 'Payment can not be canceled in current status', 'payment_id'],
  notRefundable: [400, 'invalid_request', 'Payment can not be refunded in current status.', 'payment_id'],
  refundedAlready: [400, 'invalid_request', 'Payment is already completely refunded', 'payment_id'],
  refundTooMuch: [400, 'invalid_request', 'Refund sum exceeded', 'amount'],
  refundRemainder: [
    400,
    'invalid_request',
    'Remaining payment amount after refund must be greater than 1.00 RUB',
    'amount',
  ],
  refundCurrency: [400, 'invalid_request', 'Currencies do not match', 'amount.currency'],
  tooManyRequests: [429, 'too_many_requests', 'Too many requests. Try again later'],
  internal: [500, 'internal_server_error', 'Internal server error'],
} as const satisfies Readonly<Record<string, ErrorRow>>;

const RETRY_AFTER_MS = 1800;

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
export const refusal = (name: keyof typeof ERRORS, parameter?: string, value?: number): ApiError => {
  const [status, code, description, ownParameter]: ErrorRow = ERRORS[name];
  const retryable = status === 429 || status === 500;
  return new ApiError(status, {
    type: 'error',
    id: newErrorId(Date.now()),
    code,
    description: description.replace('{0}', String(value)),
    parameter: parameter ?? ownParameter,
    retry_after: retryable ? RETRY_AFTER_MS : undefined,
  });
};
