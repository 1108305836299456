/** Our classes of the provider's decline reasons (docs/domain.md, "Decline classes"). */
export type DeclineClass =
  | 'technical'
  | 'soft_funds'
  | 'soft_next_day'
  | 'soft_limited'
  | 'user_action'
  | 'hard_method'
  | 'hard_risk'
  | 'merchant';

/** How dunning continues after a decline of the class. */
export type DeclineRule = {
  /** `short`: soon, outside the ladder · `ladder`: its next step · `next_day`: next calendar day · `none`: no attempt. */
  readonly retry: 'short' | 'ladder' | 'next_day' | 'none';
  /** Attempts of this class in one period, the first included; null is unlimited by class. */
  readonly attemptsMax: number | null;
  /** The saved method may not be charged again. */
  readonly methodDead: boolean;
  /** Operators are alerted. */
  readonly alert: boolean;
};

export const declineRules: Readonly<Record<DeclineClass, DeclineRule>> = {
  technical: { retry: 'short', attemptsMax: null, methodDead: false, alert: false },
  soft_funds: { retry: 'ladder', attemptsMax: null, methodDead: false, alert: false },
  soft_next_day: { retry: 'next_day', attemptsMax: null, methodDead: false, alert: false },
  soft_limited: { retry: 'ladder', attemptsMax: 4, methodDead: false, alert: false },
  user_action: { retry: 'none', attemptsMax: null, methodDead: false, alert: false },
  hard_method: { retry: 'none', attemptsMax: null, methodDead: true, alert: false },
  hard_risk: { retry: 'none', attemptsMax: null, methodDead: true, alert: true },
  merchant: { retry: 'none', attemptsMax: null, methodDead: false, alert: true },
};

export const classOfReason: Readonly<Record<string, DeclineClass>> = {
  issuer_unavailable: 'technical',
  internal_timeout: 'technical',
  rejected_by_timeout: 'technical',
  provider_unreachable: 'technical',
  provider_refused: 'technical',
  provider_absent: 'technical',
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
};

/** A reason that is not in the table is `soft_limited`: a few retries, in case the provider adds reasons. */
export const classifyDecline = (reason: string): DeclineClass =>
  Object.hasOwn(classOfReason, reason) ? (classOfReason[reason] ?? 'soft_limited') : 'soft_limited';
