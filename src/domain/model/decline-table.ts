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

/** A provider's reasons, with our class for each. */
export type DeclineClasses = Readonly<Record<string, DeclineClass>>;

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

/** Reasons of our own: a payment without an answer of the provider, or with a refusal. */
export const ownReasons: DeclineClasses = {
  provider_unreachable: 'technical',
  provider_refused: 'technical',
  provider_absent: 'technical',
};

/** A reason in neither table is `soft_limited`: a few retries, in case the provider adds reasons. */
export function classifyDecline(
  reason: string,
  { declineClasses }: { readonly declineClasses: DeclineClasses },
): DeclineClass {
  const table = Object.hasOwn(ownReasons, reason) ? ownReasons : declineClasses;
  return Object.hasOwn(table, reason) ? (table[reason] ?? 'soft_limited') : 'soft_limited';
}
