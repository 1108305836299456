import type { WithTerms } from './agree-to-page.ts';
import type { CommandBase, RejectionReason } from '../model/command.ts';
import type { Consent } from '../model/consent.ts';
import type { Context } from '../model/context.ts';
import { type Draft, reject, resolve } from '../decision/draft.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { awaitsPurchase, mayCancel } from '../model/subscription-questions.ts';
import { bindMethod } from '../payment/open-binding.ts';
import { renewing, undoCancel } from '../payment/undo-cancel.ts';
import { consentTo, isAsShown } from '../subscription/consent.ts';
import { chargeOnceBoundAt } from '../subscription/next-charge.ts';
import { renews } from '../subscription/renews.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';

export type UncancelCommand = CommandBase &
  WithTerms & {
    readonly type: 'subscription.uncancel';
    /** Of the page, where a method has to be bound first. Null or absent is the configured address. */
    readonly returnUrl?: string | null;
  };

/** The page that an uncancel opens. Who wants to renew by another kind of method binds that first. */
const byCard = ({ id }: LiveSubscription, { returnUrl = null }: UncancelCommand, consent: Consent | null) =>
  ({ methodType: 'bank_card', returnUrl, undoesCancelOf: id, consent }) as const;

/** Why the subscriber has not agreed to what would be charged; null where they have, or where no terms are shown. */
function disagreement(
  renewed: LiveSubscription,
  { terms = null }: UncancelCommand,
  { now, policy }: Context,
): RejectionReason | null {
  if (terms === null) return policy.termsRequired ? 'terms_required' : null;
  // Where the ladder is used up no charge is planned: what the subscriber then pays or retries is charged at once.
  const charges = { tariff: renewed.tariff, firstAt: chargeOnceBoundAt(renewed) ?? now };
  return isAsShown(terms, charges, policy) ? null : 'amount_changed';
}

/** The row "uncancel" of the table in docs/domain.md, "Subscription". */
function carryOut(draft: Draft, command: UncancelCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (awaitsPurchase(subscription)) return reject(draft, command, 'not_active');
  if (!mayCancel(subscription)) return reject(draft, command, 'too_late');
  if (renews(subscription))
    return resolve(draft, command.commandId, { kind: 'completed', subscriptionId: subscription.id });
  const { terms = null, commandId } = command;
  const consent = terms === null ? null : consentTo(terms, commandId, context);
  const undone = undoCancel(draft, subscription, consent, context);
  const disagrees = disagreement(renewing(subscription, consent, context), command, context);
  if (undone !== 'method_required' && typeof undone === 'string') return reject(draft, command, undone);
  if (disagrees !== null) return reject(draft, command, disagrees);
  // Nothing changes before the method is saved: the page is the answer so far.
  if (undone === 'method_required') return bindMethod(draft, command, byCard(subscription, command, consent), context);
  return resolve(undone, command.commandId, { kind: 'completed', subscriptionId: subscription.id });
}

/** `subscription.uncancel`: takes a cancel at the period end back, before its moment. */
export const uncancel: CommandDefinition<UncancelCommand> = {
  // Later, the subscriber may have left for good, and a charge would surprise them.
  lifeMs: attendedLifeMs,
  lookUps: [],
  plainly: () => ({}),
  decide: (draft, command, _facts, context) => carryOut(draft, command, context),
};
