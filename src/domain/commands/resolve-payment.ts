import type { CommandBase } from '../model/command.ts';
import { reject, resolve } from '../decision/draft.ts';
import { hourMs } from '../model/instant.ts';
import type { SendRecord } from '../model/send-record.ts';
import { findOperation } from '../payment/operation.ts';
import { type CheckedByHand, mayBeResolved, resolveOperation } from '../payment/resolve-operation.ts';
import type { CommandDefinition } from './definition.ts';

export type ResolvePaymentCommand = CommandBase &
  CheckedByHand & { readonly type: 'payment.resolve'; readonly paymentId: string; readonly reason: string };

/** What is not there an hour after the last send will not come, also where clocks differ. */
const absentAfterSendMs = hourMs;

/** Whether a request may have reached the provider after the person looked. They saw no later state than that of their order. */
function isOutdated(
  { noSendBefore, lastSentAt }: SendRecord,
  { checkResult, acceptedAt }: ResolvePaymentCommand,
): boolean {
  if (noSendBefore !== null && acceptedAt < noSendBefore) return true;
  return checkResult === 'absent' && lastSentAt !== null && acceptedAt < lastSentAt + absentAfterSendMs;
}

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
    if (isOutdated(operation.entry.send, command)) return reject(draft, command, 'payment_in_progress');
    const resolved = resolveOperation(draft, operation, command, context);
    if (resolved === null) return reject(draft, command, 'provider_id_missing');
    const subscriptionId = resolved.state.subscription?.id ?? null;
    return resolve(resolved, commandId, { kind: 'completed', subscriptionId });
  },
};
