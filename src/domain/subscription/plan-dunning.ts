import { whenChargingIsAllowed } from './charging-hours.ts';
import { graceAfter } from './access.ts';
import type { Context } from '../model/context.ts';
import { declineRules } from '../model/decline-table.ts';
import type { Instant } from '../model/instant.ts';
import type { Decline, Payment } from '../model/payment.ts';
import { nextCalendarDay, periodStart } from './period.ts';
import type { Policy } from '../model/policy.ts';
import type { Dunning, LiveSubscription, PastDueSubscription } from '../model/subscription.ts';
import { isPastDue } from '../model/subscription-questions.ts';
import type { Tariff } from '../model/tariff.ts';

/** Delays the attempt until every cap per card and amount allows it. */
function withinCaps(at: Instant, attempts: readonly Instant[], policy: Policy): Instant {
  return policy.attemptCaps.reduce((earliest, cap) => {
    const recent = attempts.filter((attempt) => attempt > earliest - cap.windowMs);
    const blocking = recent[recent.length - cap.attemptsMax];
    return blocking === undefined ? earliest : Math.max(earliest, blocking + cap.windowMs);
  }, at);
}

type Step = Pick<Dunning, 'ladderStep' | 'shortRetries' | 'nextAttemptAt'>;

/** The first step of the ladder that is still ahead. Steps missed in an outage are skipped, not made up for. */
function ladderStep(before: Dunning, name: string, context: Context): Step {
  const { ladderMs, ladderJitterMs } = context.policy;
  for (let step = before.ladderStep; step < ladderMs.length; step += 1) {
    const at = before.dueAt + (ladderMs[step] ?? 0) + Math.round(context.ids.jitter(name) * ladderJitterMs);
    if (at > context.now) return { ladderStep: step + 1, shortRetries: 0, nextAttemptAt: at };
  }
  return { ladderStep: ladderMs.length, shortRetries: 0, nextAttemptAt: null };
}

/**
 * Whether the subscriber has chosen another default since the charge was made: a decline of the former one says nothing of it, but for
 * one that is about our shop.
 */
const isFormer = ({ methodId }: Payment, subscription: LiveSubscription, { class: about }: Decline): boolean =>
  about !== 'merchant' && subscription.methodId !== null && subscription.methodId !== methodId;

type Declined = { readonly decline: Decline; readonly name: string; readonly isFormer: boolean };

function nextStep(before: Dunning, { decline, name, isFormer: goesOn }: Declined, context: Context): Step {
  const rule = declineRules[decline.class];
  const stopped = { ladderStep: before.ladderStep, shortRetries: before.shortRetries, nextAttemptAt: null };
  if (rule.attemptsMax !== null && before.limitedAttempts >= rule.attemptsMax) return stopped;
  switch (rule.retry) {
    case 'none':
      return goesOn ? ladderStep(before, name, context) : stopped;
    case 'ladder':
      return ladderStep(before, name, context);
    case 'next_day': {
      const exhausted = before.ladderStep >= context.policy.ladderMs.length;
      const at = nextCalendarDay(context.now, context.policy.timeZone);
      return exhausted ? stopped : { ladderStep: before.ladderStep + 1, shortRetries: 0, nextAttemptAt: at };
    }
    case 'short': {
      const pause = context.policy.shortRetriesMs[before.shortRetries];
      if (pause === undefined) return ladderStep(before, name, context);
      return { ...stopped, shortRetries: before.shortRetries + 1, nextAttemptAt: context.now + pause };
    }
  }
}

/** When the step is charged; null where that is after the last charge: a short period is not charged for weeks after it. */
function attemptAt(wanted: Instant | null, before: Dunning, { period }: Tariff, policy: Policy): Instant | null {
  if (wanted === null) return null;
  const at = whenChargingIsAllowed(withinCaps(wanted, before.attempts, policy), policy);
  const last = Math.max(before.dueAt + policy.ladderUntilMs, periodStart(before.dueAt, 1, period, policy.timeZone));
  return at <= last ? at : null;
}

/** Once access has ended, each retry has a notice of its own first. */
function afterNotice(wanted: Instant | null, subscription: LiveSubscription, { now, policy }: Context): Instant | null {
  if (wanted === null || whenChargingIsAllowed(wanted, policy) < graceAfter(subscription, policy)) return wanted;
  return Math.max(wanted, now + policy.noticeFloorMs);
}

const withAttempt = (attempts: readonly Instant[] = [], { createdAt }: Payment): readonly Instant[] =>
  [...attempts, createdAt].slice(-64);

/** Dunning that goes on after it was stopped. A step that has passed meanwhile is skipped, as after an outage. */
export function resumeDunning({ dunning, id, tariff }: PastDueSubscription, context: Context): Dunning {
  const { nextAttemptAt } = dunning;
  const isMissed = nextAttemptAt !== null && nextAttemptAt <= context.now;
  const step = isMissed ? ladderStep(dunning, id, context) : dunning;
  return { ...dunning, ...step, nextAttemptAt: attemptAt(step.nextAttemptAt, dunning, tariff, context.policy) };
}

const isAsked = ({ asked = [] }: Dunning, { attemptNo }: Payment): boolean =>
  asked.some((attempt) => attempt.attemptNo === attemptNo);

/** The subscriber asked for the attempt: the ladder goes on as it stood, unless no charge may follow such a decline. */
function afterAsked(subscription: PastDueSubscription, payment: Payment, decline: Decline, context: Context): Dunning {
  const { dunning } = subscription;
  const isOver = declineRules[decline.class].retry === 'none' && !isFormer(payment, subscription, decline);
  const stood: Dunning = {
    ...dunning,
    attempts: withAttempt(dunning.attempts, payment),
    nextAttemptAt: isOver ? null : dunning.nextAttemptAt,
    lastReason: decline.reason,
    lastClass: decline.class,
  };
  return resumeDunning({ ...subscription, dunning: stood }, context);
}

/** Dunning after a declined charge of the due period (docs/domain.md, "Decline classes"). */
export function planDunning(
  subscription: LiveSubscription,
  payment: Payment,
  decline: Decline,
  context: Context,
): Dunning {
  if (isPastDue(subscription) && isAsked(subscription.dunning, payment))
    return afterAsked(subscription, payment, decline, context);
  const earlier = isPastDue(subscription) ? subscription.dunning : null;
  const attempts = withAttempt(earlier?.attempts, payment);
  const limited = decline.class === 'soft_limited' ? 1 : 0;
  const before: Dunning = {
    dueAt: earlier?.dueAt ?? subscription.term.periodEnd,
    ladderStep: earlier?.ladderStep ?? 1,
    shortRetries: earlier?.shortRetries ?? 0,
    attempts,
    limitedAttempts: (earlier?.limitedAttempts ?? 0) + limited,
    nextAttemptAt: null,
    lastReason: decline.reason,
    lastClass: decline.class,
  };
  const declined = { decline, name: payment.id, isFormer: isFormer(payment, subscription, decline) };
  const step = nextStep(before, declined, context);
  const wanted = afterNotice(step.nextAttemptAt, subscription, context);
  const nextAttemptAt = attemptAt(wanted, before, subscription.tariff, context.policy);
  return { ...earlier, ...before, ...step, nextAttemptAt };
}

/** Whether the caps per card and amount allow a charge now. */
export const mayAttempt = ({ attempts }: Dunning, { now, policy }: Context): boolean =>
  withinCaps(now, attempts, policy) <= now;
