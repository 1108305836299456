import type { CommandBase } from '../model/command.ts';
import type { CommandDefinition } from './definition.ts';
import type { Context } from '../model/context.ts';
import { givenAt } from './given-at.ts';
import { type Draft, record, resolve } from '../decision/draft.ts';
import { endRenewal, type RenewalEnd } from '../subscription/end-renewal.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { abandonOpenPayment } from '../payment/abandon-payment.ts';
import { refundUnused } from '../payment/refund-unused.ts';
import { withdrawUncancel } from '../payment/undo-cancel.ts';
import { forbidRecalled } from '../payment/forbid-recalled.ts';
import { chargedSince, nameForgotten, refundAll, revertRenewals } from '../payment/revert-renewals.ts';
import { clocksApartMs } from '../model/instant.ts';
import { cancelReasonOf } from '../model/cancel-reason.ts';
import type { LiveSubscription, Subscription } from '../model/subscription.ts';
import { awaitsPurchase, mayCancel } from '../model/subscription-questions.ts';

export type CancelCommand = CommandBase & {
  readonly type: 'subscription.cancel';
  readonly mode: 'period_end' | 'immediate';
  /** Of the unused part. Absent where an earlier version accepted the command: none. It counts in the mode `immediate`. */
  readonly refund?: 'none' | 'prorated';
  /** Of the list (model/cancel-reason.ts). An earlier version took the words of the subscriber. */
  readonly reason: string | null;
  /** What the subscriber adds, sealed; for staff alone. Absent where an earlier version accepted the command. */
  readonly comment?: string | null;
};

/** The subscription, with why the subscriber leaves. */
const leaving = (subscription: LiveSubscription, { reason }: CancelCommand): LiveSubscription => ({
  ...subscription,
  cancelReason: cancelReasonOf(reason),
});

/**
 * When the subscriber left: now. A command that a restore has undone counts as of when it was given, because readers had
 * ended access then. Where its period begins later in the restored document, the subscriber has used nothing of it.
 */
function leftAt(draft: Draft, { term, previousTerm }: LiveSubscription, command: CancelCommand, context: Context) {
  const { now } = context;
  const given = givenAt(draft.state, command, context);
  const tiles = previousTerm?.periodEnd === term.periodStart;
  const start = tiles ? previousTerm.periodStart : term.periodStart;
  return command.mode === 'immediate' && given >= start ? Math.min(given, now) : now;
}

/** Ends access, and in the same save requests the refund of what is unused. Access stays ended should the refund fail. */
function cancelNow(draft: Draft, subscription: LiveSubscription, command: CancelCommand, context: Context): Draft {
  const abandoned = abandonOpenPayment(draft, 'canceled', context);
  const { mode, refund } = command;
  const reason = cancelReasonOf(command.reason);
  const at = leftAt(draft, subscription, command, context);
  const end = { status: 'canceled', cause: 'user_canceled', at, reason } as const;
  const left = leaving(subscription, command);
  if (mode !== 'immediate' || refund !== 'prorated') return endSubscription(abandoned, left, end);
  const { draft: returned, refunded } = refundUnused(abandoned, subscription, at, context);
  return endSubscription(returned, left, { ...end, refunded });
}

/** Access lasts until its paid end. Where that has passed, the subscription ends now. */
function cancelAtEnd(draft: Draft, subscription: LiveSubscription, command: CancelCommand, context: Context): Draft {
  const abandoned = abandonOpenPayment(draft, 'canceled', context);
  if (subscription.cancelAtPeriodEnd) return abandoned;
  const reason = cancelReasonOf(command.reason);
  const why: RenewalEnd = {
    cause: 'user_canceled',
    fact: (ending) => ({ type: 'subscription.cancel_scheduled', reason, ...ending }),
  };
  return endRenewal(abandoned, { ...leaving(subscription, command), cancelAtPeriodEnd: true }, why, context);
}

function abandonPurchase(draft: Draft, subscription: Subscription, context: Context): Draft {
  const abandoned = abandonOpenPayment(draft, 'canceled', context);
  const end = { status: 'incomplete_expired', cause: 'user_canceled', at: context.now } as const;
  return endSubscription(abandoned, subscription, end);
}

/** The subscriber cannot have meant a subscription that they bought later: the order came late, out of the dead letters. */
const isOlder = ({ acceptedAt }: CancelCommand, { orderedAt }: Subscription): boolean =>
  orderedAt !== undefined && acceptedAt < orderedAt - clocksApartMs;

function carryOut(draft: Draft, command: CancelCommand, context: Context): Draft {
  const { subscription } = draft.state;
  const { acceptedAt } = command;
  if (subscription === null) return draft;
  if (awaitsPurchase(subscription)) return abandonPurchase(draft, subscription, context);
  if (!mayCancel(subscription)) return refundAll(draft, chargedSince(draft, subscription, acceptedAt), context);
  const { draft: reverted, isTermLost } = revertRenewals(draft, subscription, acceptedAt, context);
  if (isTermLost) return cancelNow(reverted, subscription, command, context);
  const current = reverted.state.subscription;
  if (!mayCancel(current)) return reverted;
  return command.mode === 'immediate'
    ? cancelNow(reverted, current, command, context)
    : cancelAtEnd(reverted, current, command, context);
}

/** The audit keeps what the subscriber adds. It is in no fact and no state. */
function withComment(draft: Draft, { commandId, userId, actor, type: action, reason, comment }: CancelCommand): Draft {
  if (comment == null) return draft;
  const subject = { kind: 'subscriber', id: userId };
  const said = { commandId, actor: actor.id, action, subject, reason: cancelReasonOf(reason) ?? '', comment };
  return record(draft, { type: 'subscriber.commented', ...said });
}

/** `subscription.cancel`. Where there is nothing to cancel it completes, as in the v1 API that existing clients use. */
export const cancel: CommandDefinition<CancelCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: () => ({ mode: 'period_end', reason: null, refund: 'none' }),
  decide: (draft, command, _facts, context) => {
    const { subscription } = draft.state;
    if (subscription !== null && isOlder(command, subscription))
      return resolve(withComment(draft, command), command.commandId, { kind: 'completed', subscriptionId: null });
    const watching = forbidRecalled(withdrawUncancel(draft, context), command, () => true, context);
    const named = nameForgotten(watching, command, context);
    const done = withComment(carryOut(named, command, context), command);
    const subscriptionId = done.state.subscription?.id ?? null;
    return resolve(done, command.commandId, { kind: 'completed', subscriptionId });
  },
};
