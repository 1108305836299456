/**
 * The provider's answers as its public documentation describes them: required fields, their types, and the closed lists of
 * values. Stricter where the documentation is silent (decimals of an amount), and open to other fields.
 */
const text = (maxLength?: number) => ({ type: 'string', ...(maxLength === undefined ? {} : { maxLength }) });
const pattern = (source: string) => ({ type: 'string', pattern: source });
const oneOf = (...values: string[]) => ({ enum: values });
const object = (required: readonly string[], properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  required,
  properties,
});

const id = { type: 'string', minLength: 36, maxLength: 36 };
const time = pattern('^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$');
const flag = { type: 'boolean' };
const amount = object(['value', 'currency'], { value: pattern('^\\d+\\.\\d{2}$'), currency: oneOf('RUB') });
const account = object(['account_id', 'gateway_id'], { account_id: text(), gateway_id: text() });
const metadata = {
  type: 'object',
  maxProperties: 16,
  additionalProperties: { type: ['string', 'null'], maxLength: 512 },
};

const card = object(['last4', 'expiry_year', 'expiry_month', 'card_type'], {
  first6: pattern('^\\d{6}$'),
  last4: pattern('^\\d{4}$'),
  expiry_year: pattern('^\\d{4}$'),
  expiry_month: pattern('^\\d{2}$'),
  card_type: oneOf(
    ...'MasterCard Visa Mir UnionPay JCB AmericanExpress DinersClub DiscoverCard InstaPayment InstaPaymentTM Laser Dankort Solo Switch Unknown'.split(
      ' ',
    ),
  ),
  card_product: object(['code'], { code: text(), name: text() }),
  issuer_country: pattern('^[A-Z]{2}$'),
  issuer_name: text(),
});
const method = {
  ...object(['type', 'id', 'saved', 'status'], {
    type: oneOf('bank_card', 'yoo_money', 'sbp'),
    id,
    saved: flag,
    status: oneOf('pending', 'active', 'inactive'),
    title: text(),
    card,
    account_number: pattern('^\\d{11,33}$'),
    sbp_operation_id: text(),
    payer_bank_details: object(['bank_id'], { bank_id: text(12), bic: pattern('^\\d{9}$') }),
  }),
  // A saved method is active and has a title; one that is not saved is not active.
  oneOf: [
    { properties: { saved: { const: true }, status: { const: 'active' } }, required: ['title'] },
    { properties: { saved: { const: false }, status: { enum: ['pending', 'inactive'] } } },
  ],
};
const confirmation = {
  oneOf: [
    object(['type', 'confirmation_url'], { type: oneOf('redirect'), confirmation_url: text(), return_url: text(2048) }),
    object(['type', 'confirmation_data'], { type: oneOf('qr'), confirmation_data: text(), return_url: text(2048) }),
    object(['type', 'confirmation_token'], { type: oneOf('embedded'), confirmation_token: text() }),
  ],
};
const paymentReasons =
  '3d_secure_failed call_issuer card_expired payment_method_limit_exceeded payment_method_restricted country_forbidden general_decline fraud_suspected identification_required insufficient_funds invalid_card_number invalid_csc issuer_unavailable canceled_by_merchant permission_revoked internal_timeout expired_on_confirmation expired_on_capture unsupported_mobile_operator deal_expired loan_declined';
const refundReasons =
  'yoo_money_account_closed insufficient_funds general_decline rejected_by_payee rejected_by_timeout payment_expired';

/** Which fields depend on the status; the same for every kind of method. */
const byStatus = (status: string, required: readonly string[], absent: readonly string[], values: object) => ({
  if: { properties: { status: { const: status } } },
  then: { required, properties: values, allOf: absent.map((name) => ({ not: { required: [name] } })) },
});

export const payment = {
  ...object(['id', 'status', 'amount', 'created_at', 'recipient', 'paid', 'refundable', 'test', 'metadata'], {
    id,
    status: oneOf('pending', 'waiting_for_capture', 'succeeded', 'canceled'),
    amount,
    income_amount: amount,
    refunded_amount: amount,
    description: text(128),
    recipient: account,
    payment_method: method,
    captured_at: time,
    created_at: time,
    expires_at: time,
    confirmation,
    test: { const: true },
    paid: flag,
    refundable: flag,
    metadata,
    cancellation_details: object(['party', 'reason'], {
      party: oneOf('yoo_money', 'payment_network', 'merchant'),
      reason: oneOf(...paymentReasons.split(' ')),
    }),
    authorization_details: object(['three_d_secure'], {
      rrn: text(),
      auth_code: text(),
      three_d_secure: object(['applied'], { applied: flag, method_completed: flag, challenge_completed: flag }),
    }),
    merchant_customer_id: text(200),
  }),
  allOf: [
    byStatus('pending', [], ['captured_at', 'expires_at', 'cancellation_details', 'income_amount', 'refunded_amount'], {
      paid: { const: false },
      refundable: { const: false },
    }),
    byStatus(
      'waiting_for_capture',
      ['expires_at', 'payment_method'],
      ['captured_at', 'confirmation', 'income_amount'],
      {
        paid: { const: true },
        refundable: { const: false },
      },
    ),
    byStatus(
      'succeeded',
      ['captured_at', 'income_amount', 'refunded_amount', 'payment_method'],
      ['confirmation', 'expires_at', 'cancellation_details'],
      { paid: { const: true } },
    ),
    byStatus('canceled', ['cancellation_details'], ['confirmation', 'captured_at', 'expires_at', 'income_amount'], {
      paid: { const: false },
      refundable: { const: false },
    }),
  ],
};

export const refund = {
  ...object(['id', 'payment_id', 'status', 'created_at', 'amount'], {
    id,
    payment_id: id,
    status: oneOf('pending', 'succeeded', 'canceled'),
    created_at: time,
    amount,
    description: text(250),
    cancellation_details: object(['party', 'reason'], {
      party: oneOf('yoo_money', 'refund_network'),
      reason: oneOf(...refundReasons.split(' ')),
    }),
    refund_authorization_details: object([], { rrn: text() }),
    metadata,
  }),
  allOf: [
    byStatus('canceled', ['cancellation_details'], ['refund_authorization_details'], {}),
    byStatus('succeeded', [], ['cancellation_details'], {}),
  ],
};

export const binding = {
  allOf: [method, object(['holder'], { holder: account, confirmation, metadata })],
};

export const listOf = (items: object) =>
  object(['type', 'items'], { type: { const: 'list' }, items: { type: 'array', items }, next_cursor: text() });

export const error = object(['type', 'id', 'code', 'description'], {
  type: { const: 'error' },
  id: { type: 'string', minLength: 36, maxLength: 36 },
  code: oneOf(
    'invalid_request',
    'invalid_credentials',
    'forbidden',
    'not_found',
    'gone',
    'too_many_requests',
    'internal_server_error',
  ),
  description: text(),
  parameter: text(),
  retry_after: { type: 'integer' },
});
