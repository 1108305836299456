import { type Draft, endCommands, record } from '../decision/draft.ts';
import { nameWaiting } from '../decision/name-undone.ts';
import type { Binding, BindFailure } from '../model/binding.ts';
import type { RejectionReason } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { mayBeLost } from '../model/epoch.ts';
import { possiblySent } from '../model/send-record.ts';

/** How the commands are answered that wait for the binding. */
const answers: Readonly<Record<BindFailure, RejectionReason>> = {
  unknown: 'binding_failed',
  provider_unreachable: 'provider_unreachable',
  provider_refused: 'provider_refused',
  superseded: 'superseded',
  method_unlinked: 'binding_failed',
  too_many_methods: 'too_many_methods',
  charged_back: 'subscription_held',
};

/**
 * A binding that was open in a backup, or that a command of before the restore has begun again, may have been completed before the
 * restore, and the provider has no list of them: its commands, which may have been acknowledged as completed, are named.
 */
function nameUndone(draft: Draft, { id, createdRealAt }: Binding, { epoch }: Context): Draft {
  if (epoch === null) return draft;
  const detail = 'a binding of before a restore has ended, and may have saved a method since the backup';
  const isOfBackup = createdRealAt <= epoch.stoppedAt;
  return nameWaiting(draft, id, detail, ({ acceptedAt }) => isOfBackup || mayBeLost(epoch, acceptedAt));
}

/** Closes a binding that saves nothing. Nothing was charged, so what the provider saves later is simply not taken. */
export const failBinding = (draft: Draft, binding: Binding, reason: BindFailure, context: Context): Draft =>
  closeBinding(nameUndone(draft, binding, context), binding, reason);

/** The same, where the provider itself says that it saves nothing. */
export function closeBinding(draft: Draft, { id: bindingId, methodType }: Binding, reason: BindFailure): Draft {
  const failed = record(draft, { type: 'payment_method.bind_failed', bindingId, methodType, reason });
  return endCommands(failed, bindingId, { kind: 'rejected', reason: answers[reason] });
}

/** Why a binding without an answer is given up. */
export const whyUnanswered = ({ send }: Binding): BindFailure =>
  possiblySent(send) === 0 ? 'provider_unreachable' : 'unknown';
