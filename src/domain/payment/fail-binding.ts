import { type Draft, endCommands, record } from '../decision/draft.ts';
import type { Binding, BindFailure } from '../model/binding.ts';
import type { RejectionReason } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { possiblySent } from '../model/send-record.ts';
import { nameUndoneBinding } from './name-undone-binding.ts';

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

/** Closes a binding that saves nothing. Nothing was charged, so what the provider saves later is simply not taken. */
export const failBinding = (draft: Draft, binding: Binding, reason: BindFailure, context: Context): Draft =>
  closeBinding(nameUndoneBinding(draft, binding, context), binding, reason);

/** The same, where the provider itself says that it saves nothing. */
export function closeBinding(draft: Draft, { id: bindingId, methodType }: Binding, reason: BindFailure): Draft {
  const failed = record(draft, { type: 'payment_method.bind_failed', bindingId, methodType, reason });
  return endCommands(failed, bindingId, { kind: 'rejected', reason: answers[reason] });
}

/** Why a binding without an answer is given up. */
export const whyUnanswered = ({ send }: Binding): BindFailure =>
  possiblySent(send) === 0 ? 'provider_unreachable' : 'unknown';
