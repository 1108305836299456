import {
  amount,
  flag,
  id,
  metadata,
  object,
  oneOf,
  pattern,
  receiptItem,
  taxSystem,
  text,
  time,
} from './provider-schemas.ts';

/**
 * The provider's answers as its OpenAPI file describes them: required fields, types, the closed lists of values, and no field
 * that the file does not name. sandbox/README.md says which revision, and what differs on purpose.
 */

const accountFields = { account_id: text(), gateway_id: text() };

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
const bankId = pattern('^[a-zA-Z0-9]{12}$');

/** What every kind of method has beside its own fields. */
const methodOf = (type: string, fields: Readonly<Record<string, unknown>>, further: readonly string[] = []) => ({
  ...object(['type', 'id', 'saved', 'status', ...further], {
    type: { const: type },
    id,
    saved: flag,
    status: oneOf('pending', 'active', 'inactive'),
    title: text(),
    ...fields,
  }),
  // A saved method is active and has a title; one that is not saved is not active.
  oneOf: [
    { properties: { saved: { const: true }, status: { const: 'active' } }, required: ['title'] },
    { properties: { saved: { const: false }, status: { enum: ['pending', 'inactive'] } } },
  ],
});
const method = {
  oneOf: [
    methodOf('bank_card', { card }),
    methodOf('yoo_money', { account_number: pattern('^\\d{11,33}$') }),
    methodOf('sbp', {
      sbp_operation_id: text(),
      payer_bank_details: object(['bank_id', 'bic'], { bank_id: bankId, bic: pattern('^\\d{9}$') }),
    }),
  ],
};
/** What SBP tells of a payment at the latest when it succeeds. */
const sbpIsComplete = {
  if: { properties: { type: { const: 'sbp' } } },
  then: { required: ['sbp_operation_id', 'payer_bank_details'] },
};
const redirect = object(['type', 'confirmation_url'], {
  type: { const: 'redirect' },
  confirmation_url: text(),
  return_url: text(2048),
  enforce: flag,
});
const qr = object(['type', 'confirmation_data'], { type: { const: 'qr' }, confirmation_data: text() });
const embedded = object(['type', 'confirmation_token'], { type: { const: 'embedded' }, confirmation_token: text() });
const registration = oneOf('pending', 'succeeded', 'canceled');
export const paymentReasons =
  '3d_secure_failed call_issuer card_expired payment_method_limit_exceeded payment_method_restricted country_forbidden general_decline fraud_suspected identification_required insufficient_funds invalid_card_number invalid_csc issuer_unavailable canceled_by_merchant permission_revoked internal_timeout expired_on_confirmation expired_on_capture unsupported_mobile_operator deal_expired loan_declined'.split(
    ' ',
  );
export const refundReasons =
  'yoo_money_account_closed insufficient_funds general_decline rejected_by_payee rejected_by_timeout payment_expired'.split(
    ' ',
  );

/** Which fields depend on the status; the same for every kind of method. */
const byStatus = (status: string, required: readonly string[], absent: readonly string[], values: object) => ({
  if: { properties: { status: { const: status } } },
  then: { required, properties: { ...Object.fromEntries(absent.map((name) => [name, false])), ...values } },
});

export const payment = {
  ...object(['id', 'status', 'amount', 'created_at', 'recipient', 'paid', 'refundable', 'test', 'metadata'], {
    id,
    status: oneOf('pending', 'waiting_for_capture', 'succeeded', 'canceled'),
    amount,
    income_amount: amount,
    refunded_amount: amount,
    description: text(128),
    recipient: object(['account_id', 'gateway_id'], accountFields),
    payment_method: method,
    captured_at: time,
    created_at: time,
    expires_at: time,
    confirmation: { oneOf: [redirect, qr, embedded] },
    test: { const: true },
    paid: flag,
    refundable: flag,
    metadata,
    cancellation_details: object(['party', 'reason'], {
      party: oneOf('yoo_money', 'payment_network', 'merchant'),
      reason: oneOf(...paymentReasons),
    }),
    authorization_details: object(['three_d_secure'], {
      rrn: text(),
      auth_code: text(),
      three_d_secure: object(['applied'], { applied: flag, method_completed: flag, challenge_completed: flag }),
    }),
    merchant_customer_id: text(200),
    receipt_registration: registration,
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
      { paid: { const: true }, payment_method: sbpIsComplete },
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
      reason: oneOf(...refundReasons),
    }),
    refund_authorization_details: object([], { rrn: text() }),
    refund_method: object(['type'], { type: { const: 'sbp' }, sbp_operation_id: text() }),
    receipt_registration: registration,
    metadata,
  }),
  allOf: [
    byStatus('canceled', ['cancellation_details'], ['refund_authorization_details'], {}),
    byStatus('succeeded', [], ['cancellation_details'], { refund_method: { required: ['sbp_operation_id'] } }),
  ],
};

const holder = object(['account_id'], accountFields);
const boundFields = { holder, confirmation: { oneOf: [redirect, qr] }, metadata };
/** A card, or an account of SBP, of which only the bank is shown. No other kind can be bound. */
export const binding = {
  oneOf: [
    methodOf('bank_card', { ...boundFields, card }, ['holder']),
    methodOf('sbp', { ...boundFields, payer_bank_details: object(['bank_id'], { bank_id: bankId }) }, ['holder']),
  ],
};

const fiscal = [
  'fiscal_document_number',
  'fiscal_storage_number',
  'fiscal_attribute',
  'fiscal_provider_id',
  'registered_at',
];
export const receipt = {
  ...object(['id', 'type', 'status', 'items'], {
    id: pattern('^rt-.{36}$'),
    type: oneOf('payment', 'refund'),
    payment_id: id,
    refund_id: id,
    status: registration,
    ...Object.fromEntries(fiscal.map((name) => [name, text()])),
    registered_at: time,
    items: { type: 'array', minItems: 1, items: receiptItem },
    tax_system_code: taxSystem,
  }),
  allOf: [
    byStatus('pending', [], fiscal, {}),
    byStatus('canceled', [], fiscal, {}),
    byStatus('succeeded', fiscal, [], {}),
    {
      if: { properties: { type: { const: 'payment' } } },
      then: { required: ['payment_id'], not: { required: ['refund_id'] } },
    },
    { if: { properties: { type: { const: 'refund' } } }, then: { required: ['refund_id'] } },
  ],
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

export const shop = object(['account_id', 'status', 'test', 'payment_methods'], {
  account_id: text(),
  status: oneOf('enabled', 'disabled'),
  test: { const: true },
  fiscalization: object(['enabled', 'provider'], { enabled: flag, provider: oneOf('yoo_receipt') }),
  fiscalization_enabled: flag,
  payment_methods: { type: 'array', items: oneOf('bank_card', 'yoo_money') },
});

const notified = (events: readonly string[], about: object) =>
  object(['type', 'event', 'object'], { type: { const: 'notification' }, event: { enum: events }, object: about });
export const notification = {
  oneOf: [
    notified(['payment.waiting_for_capture', 'payment.succeeded', 'payment.canceled'], payment),
    notified(['refund.succeeded'], refund),
    notified(['payment_method.active'], binding),
  ],
};
