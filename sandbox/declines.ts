import type { Decline } from './types.ts';

/** Every documented reason of payments, with the party that gives it; scripts name the reason only. */
const partyOfReason: Readonly<Record<string, string>> = {
  '3d_secure_failed': 'payment_network',
  call_issuer: 'payment_network',
  canceled_by_merchant: 'merchant',
  card_expired: 'payment_network',
  country_forbidden: 'yoo_money',
  deal_expired: 'yoo_money',
  expired_on_capture: 'yoo_money',
  expired_on_confirmation: 'yoo_money',
  fraud_suspected: 'payment_network',
  general_decline: 'payment_network',
  identification_required: 'yoo_money',
  insufficient_funds: 'payment_network',
  internal_timeout: 'yoo_money',
  invalid_card_number: 'payment_network',
  invalid_csc: 'payment_network',
  issuer_unavailable: 'payment_network',
  loan_declined: 'payment_network',
  payment_method_limit_exceeded: 'payment_network',
  payment_method_restricted: 'payment_network',
  permission_revoked: 'yoo_money',
  unsupported_mobile_operator: 'yoo_money',
};

/** Refunds have their own, shorter list. */
const refundPartyOfReason: Readonly<Record<string, string>> = {
  general_decline: 'refund_network',
  insufficient_funds: 'yoo_money',
  payment_expired: 'refund_network',
  rejected_by_payee: 'refund_network',
  rejected_by_timeout: 'yoo_money',
  yoo_money_account_closed: 'refund_network',
};

export const paymentReasons: readonly string[] = Object.keys(partyOfReason);
export const refundReasons: readonly string[] = Object.keys(refundPartyOfReason);

export const paymentDecline = (reason: string): Decline => ({
  party: partyOfReason[reason] ?? 'payment_network',
  reason,
});
export const refundDecline = (reason: string): Decline => ({
  party: refundPartyOfReason[reason] ?? 'refund_network',
  reason,
});
