/** Answers as the provider's documentation and public logs show them, undocumented fields included. */
export const succeededPayment = {
  id: '22e12f66-000f-5000-8000-18db351245c7',
  status: 'succeeded',
  amount: { value: '299.00', currency: 'RUB' },
  income_amount: { value: '288.54', currency: 'RUB' },
  description: 'Base, 1 month',
  recipient: { account_id: '100500', gateway_id: '100700' },
  payment_method: {
    type: 'bank_card',
    id: '22e12f66-000f-5000-8000-18db351245c7',
    saved: true,
    status: 'active',
    title: 'Bank card *4444',
    card: { first6: '555555', last4: '4444', expiry_year: '2030', expiry_month: '12', card_type: 'MasterCard' },
  },
  captured_at: '2018-07-18T11:17:33.483Z',
  created_at: '2018-07-18T10:51:18.139Z',
  test: true,
  refunded_amount: { value: '0.00', currency: 'RUB' },
  paid: true,
  refundable: true,
  metadata: { payment_id: 'p-1', user_id: 'u-1', test_clock_id: 'clock-1', other: 'x' },
  authorization_details: { rrn: '1', auth_code: '2', three_d_secure: { applied: false, method_completed: false } },
};

export const openPage = {
  id: '22e12f66-000f-5000-8000-18db351245c7',
  status: 'pending',
  amount: { value: '299.00', currency: 'RUB' },
  recipient: { account_id: '100500', gateway_id: '100700' },
  created_at: '2018-07-18T10:51:18.139Z',
  confirmation: { type: 'redirect', confirmation_url: 'https://yoomoney.ru/checkout/payments/v2/contract?orderId=1' },
  test: false,
  paid: false,
  refundable: false,
  metadata: {},
};

export const declinedCharge = {
  id: '22e12f66-000f-5000-8000-18db351245c8',
  status: 'canceled',
  amount: { value: '299.00', currency: 'RUB' },
  recipient: { account_id: '100500', gateway_id: '100700' },
  payment_method: { type: 'bank_card', id: 'm-1', saved: true },
  created_at: '2018-07-18T10:51:18.139Z',
  test: true,
  paid: false,
  refundable: false,
  cancellation_details: { party: 'payment_network', reason: 'a_reason_of_next_year' },
};

export const openBinding = {
  type: 'bank_card',
  id: '3115a831-0037-5000-8000-0d92f345c39e',
  saved: false,
  status: 'pending',
  holder: { account_id: '100500', gateway_id: '100700' },
  confirmation: {
    type: 'redirect',
    confirmation_url:
      'https://yoomoney.ru/checkout/payment-methods/v1/contract?paymentMethodId=3115a831-0037-5000-8000-0d92f345c39e',
    return_url: 'https://cinema.example/methods',
  },
  metadata: { bind_id: 'b-1', user_id: 'u-1' },
};

export const succeededRefund = {
  id: '216749f7-0016-50be-b000-078d43a63ae4',
  status: 'succeeded',
  amount: { value: '1.00', currency: 'RUB' },
  created_at: '2017-10-04T19:27:51.407Z',
  payment_id: '216749da-000f-50be-b000-096747fad91e',
  metadata: { payment_id: 'r-1' },
};

export const errorBody = (changes: object = {}): string =>
  JSON.stringify({ type: 'error', id: 'e-1', code: 'invalid_request', description: 'No.', ...changes });
