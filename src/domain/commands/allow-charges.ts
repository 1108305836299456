import type { CommandBase } from '../model/command.ts';
import { record, resolve } from '../decision/draft.ts';
import type { CommandDefinition } from './definition.ts';

export type AllowChargesCommand = CommandBase & {
  readonly type: 'subscription.allow_charges';
  readonly reason: string;
};

/** `subscription.allow_charges`: after a chargeback, staff let the subscriber buy again. What has ended stays ended. */
export const allowCharges: CommandDefinition<AllowChargesCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: null,
  decide: (draft, { commandId }) => {
    const { subscription, chargesStopped } = draft.state;
    const allowed = chargesStopped === null ? draft : record(draft, { type: 'charges.stopped', chargesStopped: null });
    return resolve(allowed, commandId, { kind: 'completed', subscriptionId: subscription?.id ?? null });
  },
};
