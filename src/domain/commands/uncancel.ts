import type { WithTerms } from './agree-to-page.ts';
import type { CommandBase, RejectionReason } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { type Draft, record, reject, resolve } from '../decision/draft.ts';
import { endAfterCancel } from '../subscription/access.ts';
import { isChargeOut } from '../payment/charge-out.ts';
import { resumeDunning } from '../subscription/plan-dunning.ts';
import { consentTo, isAsShown } from '../subscription/consent.ts';
import { plannedChargeAt } from '../subscription/next-charge.ts';
import { renews } from '../subscription/renews.ts';
import { hasUsableMethod } from '../subscription/usable-method.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { awaitsPurchase, mayCancel } from '../model/subscription-questions.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';

export type UncancelCommand = CommandBase & WithTerms & { readonly type: 'subscription.uncancel' };

/** The subscription, renewing again. A ladder that a cancel has closed goes on with the step that is ahead. */
function renewing(
  subscription: LiveSubscription,
  { terms = null, commandId }: UncancelCommand,
  context: Context,
): LiveSubscription {
  const consent = terms === null ? null : consentTo(terms, commandId, context);
  const renewed = {
    ...subscription,
    autoRenew: true,
    renewalStopped: null,
    cancelAtPeriodEnd: false,
    cancelReason: null,
    consent,
  };
  switch (renewed.status) {
    case 'active':
      return renewed;
    case 'past_due':
      return { ...renewed, dunning: resumeDunning(renewed, context) };
  }
}

/** Why the subscriber has not agreed to what would be charged; null where they have, or where no terms are shown. */
function disagreement(
  renewed: LiveSubscription,
  { terms = null }: UncancelCommand,
  { policy }: Context,
): RejectionReason | null {
  if (terms === null) return policy.termsRequired ? 'terms_required' : null;
  const charges = { tariff: renewed.tariff, firstAt: plannedChargeAt(renewed) };
  return isAsShown(terms, charges, policy) ? null : 'amount_changed';
}

/** The row "uncancel" of the table in docs/domain.md, "Subscription". */
function carryOut(draft: Draft, command: UncancelCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (awaitsPurchase(subscription)) return reject(draft, command, 'not_active');
  if (!mayCancel(subscription)) return reject(draft, command, 'too_late');
  const done = { kind: 'completed', subscriptionId: subscription.id } as const;
  if (renews(subscription)) return resolve(draft, command.commandId, done);
  if (context.now >= endAfterCancel(subscription)) return reject(draft, command, 'too_late');
  if (!hasUsableMethod(draft.state, subscription)) return reject(draft, command, 'method_required');
  if (isChargeOut(draft.state, subscription)) return reject(draft, command, 'payment_in_progress');
  const renewed = renewing(subscription, command, context);
  const disagrees = disagreement(renewed, command, context);
  if (disagrees !== null) return reject(draft, command, disagrees);
  const undone = { type: 'subscription.cancel_undone', subscription: renewed } as const;
  return resolve(record(draft, undone), command.commandId, done);
}

/** `subscription.uncancel`: takes a cancel at the period end back, before its moment. */
export const uncancel: CommandDefinition<UncancelCommand> = {
  // Later, the subscriber may have left for good, and a charge would surprise them.
  lifeMs: attendedLifeMs,
  lookUps: [],
  plainly: () => ({}),
  decide: (draft, command, _facts, context) => carryOut(draft, command, context),
};
