import { dayMs, hourMs, secondMs } from '../../domain/model/instant.ts';
import type { ProviderNumbers } from '../../domain/model/provider-numbers.ts';
import { paySystem } from './pay-system.ts';

export const yookassaNumbers: ProviderNumbers = {
  paySystem,
  // It forgets a key after 24 h and would charge again. The hour is for clocks that differ and a request held on its way.
  keyLifeMs: 23 * hourMs,
  // It answers within 30 s, our client waits 35 s (`sendTimeoutMs`), and 5 s are to spare.
  answerMaxMs: 40 * secondMs,
  parallelMax: null,
  pageLifeMs: hourMs,
  minRefundMinor: 100,
  remainderMinMinor: 100,
  refundWindowMs: 3 * 365 * dayMs,
  // SberPay. Banks often stop at 15 months for cards: the provider documents no such bound, and says itself when it is so.
  refundWindowsMs: { sberbank: 365 * dayMs },
  bindTypes: ['bank_card', 'sbp'],
  qrTypes: ['sbp'],
  // Its own receipts are sent by e-mail only. A cash register of another company may also send them to a phone.
  receiptModes: { email: ['email'], email_or_phone: ['email', 'phone'] },
  emptyShopReason: 'insufficient_funds',
  declineClasses: {
    issuer_unavailable: 'technical',
    internal_timeout: 'technical',
    rejected_by_timeout: 'technical',
    insufficient_funds: 'soft_funds',
    payment_method_limit_exceeded: 'soft_next_day',
    general_decline: 'soft_limited',
    call_issuer: 'soft_limited',
    '3d_secure_failed': 'user_action',
    expired_on_confirmation: 'user_action',
    identification_required: 'user_action',
    invalid_csc: 'user_action',
    card_expired: 'hard_method',
    invalid_card_number: 'hard_method',
    payment_method_restricted: 'hard_method',
    permission_revoked: 'hard_method',
    country_forbidden: 'hard_method',
    unsupported_mobile_operator: 'hard_method',
    fraud_suspected: 'hard_risk',
    canceled_by_merchant: 'merchant',
    expired_on_capture: 'merchant',
    deal_expired: 'merchant',
    loan_declined: 'merchant',
  },
};
