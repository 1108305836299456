import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { type Draft, reject, resolve } from '../decision/draft.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { awaitsPurchase, mayCancel } from '../model/subscription-questions.ts';
import { bindMethod } from '../payment/open-binding.ts';
import { undoCancel } from '../payment/undo-cancel.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';

export type UncancelCommand = CommandBase & { readonly type: 'subscription.uncancel' };

/** The page that an uncancel opens. Who wants to renew by another kind of method binds that first. */
const byCard = ({ id }: LiveSubscription) =>
  ({ methodType: 'bank_card', returnUrl: null, undoesCancelOf: id }) as const;

/** The row "uncancel" of the table in docs/domain.md, "Subscription". */
function carryOut(draft: Draft, command: UncancelCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (awaitsPurchase(subscription)) return reject(draft, command, 'not_active');
  if (!mayCancel(subscription)) return reject(draft, command, 'too_late');
  const undone = undoCancel(draft, subscription, context);
  // Nothing changes before the method is saved: the page is the answer so far.
  if (undone === 'method_required') return bindMethod(draft, command, byCard(subscription), context);
  if (typeof undone === 'string') return reject(draft, command, undone);
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
