import type { CommandBase } from '../model/command.ts';
import { reject, resolve } from '../decision/draft.ts';
import { clearHold, isHeld } from '../subscription/billing-hold.ts';
import type { CommandDefinition } from './definition.ts';

export type ReleaseCommand = CommandBase & { readonly type: 'subscription.release'; readonly reason: string };

/**
 * `subscription.release`: a person has found out what happened, and the hold ends. The ordinary timers charge what is due.
 * A payment that contradicts our request has to be resolved first: as long as it is open, nothing could be charged.
 */
export const release: CommandDefinition<ReleaseCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: null,
  decide: (draft, command) => {
    const { payment, subscription } = draft.state;
    if (!isHeld(draft.state)) return reject(draft, command, 'nothing_to_release');
    if (payment !== null && payment.send.distrusted !== null) return reject(draft, command, 'payment_unresolved');
    const subscriptionId = subscription?.id ?? null;
    return resolve(clearHold(draft), command.commandId, { kind: 'completed', subscriptionId });
  },
};
