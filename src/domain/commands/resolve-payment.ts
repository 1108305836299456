import type { CommandBase } from '../model/command.ts';
import { reject, resolve } from '../decision/draft.ts';
import { findOperation } from '../payment/operation.ts';
import { type CheckedByHand, mayBeResolved, resolveOperation } from '../payment/resolve-operation.ts';
import type { CommandDefinition } from './definition.ts';

export type ResolvePaymentCommand = CommandBase &
  CheckedByHand & { readonly type: 'payment.resolve'; readonly paymentId: string; readonly reason: string };

/**
 * `payment.resolve`: ends a payment or refund by what a person has seen in the provider's cabinet. What the provider says
 * later is applied as to every other ended payment.
 */
export const resolvePayment: CommandDefinition<ResolvePaymentCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: null,
  subjectOf: ({ paymentId }) => ({ kind: 'payment', id: paymentId }),
  decide: (draft, command, _facts, context) => {
    const { paymentId: id, commandId } = command;
    const operation =
      findOperation(draft.state, { kind: 'payment', id }) ?? findOperation(draft.state, { kind: 'refund', id });
    if (operation === null || !mayBeResolved(operation)) return reject(draft, command, 'nothing_to_resolve');
    const { noSendBefore } = operation.entry.send;
    if (noSendBefore !== null && context.realNow < noSendBefore) return reject(draft, command, 'payment_in_progress');
    const resolved = resolveOperation(draft, operation, command, context);
    if (resolved === null) return reject(draft, command, 'provider_id_missing');
    const subscriptionId = resolved.state.subscription?.id ?? null;
    return resolve(resolved, commandId, { kind: 'completed', subscriptionId });
  },
};
