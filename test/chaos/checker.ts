import { accessIsPaidFor, lastEntitlementIsTrue, whoPaidHasAccess } from './check-access.ts';
import { acknowledgedCancelsHold, everyAcknowledgedCommandEnded, oneKeyIsOneCommand } from './check-commands.ts';
import { everyFactIsInTheLog, noInvariantWasViolated, noSecretIsInClear, outboxesAreEmpty } from './check-log.ts';
import { paymentsMatch, chargedOncePerPeriod, refundsMatch } from './check-money.ts';
import type { Check, Evidence } from './evidence.ts';

/** Checks from outside: what clients heard, and what the provider, the documents, read models and log hold. */
export const checks: Readonly<Record<string, Check>> = {
  'every acknowledged command has an outcome': everyAcknowledgedCommandEnded,
  'one idempotency key is one command': oneKeyIsOneCommand,
  'an acknowledged cancel holds': acknowledgedCancelsHold,
  "the provider's payments and ours match one to one": paymentsMatch,
  "the provider's refunds and ours match": refundsMatch,
  'no period is charged twice': chargedOncePerPeriod,
  'a payer has access, or the money back': whoPaidHasAccess,
  'access is paid for': accessIsPaidFor,
  'every committed fact is in the log, in order per user': everyFactIsInTheLog,
  'every outbox is empty': outboxesAreEmpty,
  'the last entitlement record is the access recomputed': lastEntitlementIsTrue,
  'no secret is in any log or topic': noSecretIsInClear,
  'no alarm was raised': noInvariantWasViolated,
};

export type Verdict = { readonly rule: string; readonly violations: readonly string[] };

export const judge = (evidence: Evidence): readonly Verdict[] =>
  Object.entries(checks).map(([rule, check]) => ({ rule, violations: check(evidence) }));
