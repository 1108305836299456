import { isUnbroken } from './access.ts';
import { whenChargingIsAllowed } from './charging-hours.ts';
import type { Context } from '../model/context.ts';
import { type Anchor, termAt } from './period.ts';
import type { Entitlement } from '../model/subscriber.ts';
import type { LiveSubscription, Term } from '../model/subscription.ts';

type NextTerm = {
  readonly term: Term;
  /** Whole periods that were over before the paid one begins. They are never charged. */
  readonly skippedPeriods: number;
};

/**
 * The paid period after the present one. It keeps its boundary while published access was unbroken from there to now and
 * the next charge is 20 h ahead. Otherwise it begins now: days without access are not charged, and the next charge is not a second
 * one for days past. When the provider took the money plays no part, because readers learn of access only now.
 */
export function nextTerm(subscription: LiveSubscription, last: Entitlement | null, context: Context): NextTerm {
  const { now, policy } = context;
  const { term, tariff, resumedAt } = subscription;
  const index = term.periodIndex + 1;
  const from = (anchor: Anchor, at: number): Term => termAt(anchor, at, tariff.period, policy);
  const old = { at: term.anchor, index: term.anchorIndex };
  const due = from(old, index);
  // A period that is paid ahead follows the present one, which is not over.
  // What resumed since says nothing of a period that is granted as of before a restore.
  const hasResumed = resumedAt !== undefined && resumedAt <= now;
  const unbroken = now < term.periodEnd || (!hasResumed && isUnbroken(last, now, policy));
  const nextChargeAt = whenChargingIsAllowed(due.periodEnd, policy);
  if (unbroken && nextChargeAt - now >= policy.chargesApartMs) return { term: due, skippedPeriods: 0 };
  const isOver = (skipped: number): boolean => from(old, index + skipped).periodEnd <= now;
  let skippedPeriods = 0;
  while (isOver(skippedPeriods)) skippedPeriods += 1;
  return { term: from({ at: now, index }, index), skippedPeriods };
}
