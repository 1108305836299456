import type { CommandBase, RejectionReason } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { dayMs } from '../model/instant.ts';
import { type Draft, reject, resolve, waitForPayment } from '../decision/draft.ts';
import { nextAttemptNo } from '../payment/next-attempt-no.ts';
import { openPeriodPayment } from '../payment/open-payment.ts';
import { isChargeOut } from '../subscription/charge-out.ts';
import { mayAttempt } from '../subscription/plan-dunning.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { PastDueSubscription } from '../model/subscription.ts';
import { hasUsableMethod } from '../subscription/usable-method.ts';
import { isPastDue, mayCharge } from '../model/subscription-questions.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';

export type RetryCommand = CommandBase & { readonly type: 'payment.retry' };

/** Why the due period cannot be charged now; null when it can. */
export function obstacle(
  state: Subscriber,
  subscription: PastDueSubscription,
  context: Context,
): RejectionReason | null {
  const { dunning } = subscription;
  if (subscription.held !== null) return 'subscription_held';
  if (subscription.cancelAtPeriodEnd) return 'cancel_scheduled';
  if (state.payment !== null || isChargeOut(state, subscription)) return 'payment_in_progress';
  if (!hasUsableMethod(state, subscription)) return 'method_required';
  const today = (dunning.asked ?? []).filter(({ at }) => at > context.now - dayMs);
  const isTooOften = today.length >= context.policy.askedPerDayMax || !mayAttempt(dunning, context);
  return isTooOften ? 'too_many_tries' : null;
}

/** Charges the saved method now. The attempt takes no step of the ladder, whatever becomes of it. */
export function chargeNow(draft: Draft, subscription: PastDueSubscription, context: Context): Draft {
  const { dunning } = subscription;
  const attemptNo = nextAttemptNo(draft.state, subscription, context);
  const asked = [...(dunning.asked ?? []), { attemptNo, at: context.now }];
  const kept = asked.slice(-context.policy.askedPerDayMax);
  const how = { methodId: subscription.methodId, saveMethod: false, returnUrl: null };
  return openPeriodPayment(draft, { ...subscription, dunning: { ...dunning, asked: kept } }, how, context);
}

/** The row "retry" of the table in docs/domain.md, "Subscription". */
function carryOut(draft: Draft, command: RetryCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (!mayCharge(subscription)) return reject(draft, command, 'not_active');
  if (!isPastDue(subscription)) {
    return resolve(draft, command.commandId, { kind: 'completed', subscriptionId: subscription.id });
  }
  const reason = obstacle(draft.state, subscription, context);
  if (reason !== null) return reject(draft, command, reason);
  return waitForPayment(chargeNow(draft, subscription, context), command.commandId);
}

/** `payment.retry`: pays the due period now, by the saved method. */
export const retry: CommandDefinition<RetryCommand> = {
  // Later, the subscriber does not wait at the screen any more, and a charge would surprise them.
  lifeMs: attendedLifeMs,
  lookUps: [],
  plainly: () => ({}),
  decide: (draft, command, _facts, context) => carryOut(draft, command, context),
};
