import type { CommandBase } from '../model/command.ts';
import { type Draft, record, reject, resolve } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import { isPastDue, keepsMethod } from '../model/subscription-questions.ts';
import { linkedMethods } from '../subscription/usable-method.ts';
import { renews } from '../subscription/renews.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';
import { chargeNow, obstacle } from './retry.ts';

export type SetDefaultMethodCommand = CommandBase & {
  readonly type: 'payment_method.set_default';
  readonly methodId: string;
};

/**
 * What is due is paid by it at once, where `payment.retry` would pay it too and is as young: later, a charge would surprise
 * the subscriber. After an unlink nothing is: that stopped the renewal, and to choose a card is no consent to charges.
 */
function payWhatIsDue(draft: Draft, { acceptedAt }: SetDefaultMethodCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (context.realNow > acceptedAt + attendedLifeMs || !isPastDue(subscription) || !renews(subscription)) return draft;
  if (obstacle(draft.state, subscription, context) !== null) return draft;
  return chargeNow(draft, subscription, context);
}

function carryOut(draft: Draft, command: SetDefaultMethodCommand, context: Context): Draft {
  const { subscription } = draft.state;
  const method = linkedMethods(draft.state).find(({ id }) => id === command.methodId);
  if (method === undefined) return reject(draft, command, 'method_not_found');
  if (!method.usable) return reject(draft, command, 'method_required');
  if (!keepsMethod(subscription)) return reject(draft, command, 'not_active');
  const done = resolve(draft, command.commandId, { kind: 'completed', subscriptionId: subscription.id });
  if (subscription.methodId === method.id) return done;
  const changed = record(
    done,
    { type: 'subscription.tracked', subscription: { ...subscription, methodId: method.id } },
    { type: 'payment_method.default_changed', method, subscriptionId: subscription.id },
  );
  return payWhatIsDue(changed, command, context);
}

/** `payment_method.set_default`: charges from the next one on are made by this method. It switches no renewal on. */
export const setDefaultMethod: CommandDefinition<SetDefaultMethodCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: ({ methodId }) => ({ methodId }),
  decide: (draft, command, _facts, context) => carryOut(draft, command, context),
};
