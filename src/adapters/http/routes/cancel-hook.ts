import { cancelReasonOf } from '../../../domain/model/cancel-reason.ts';
import type { CommandInput } from '../../../domain/commands/index.ts';

type CancelInput = Extract<CommandInput, { readonly type: 'subscription.cancel' }>;

/** A form that was left empty says nothing. */
const said = (text: string | null | undefined): string | null => (text == null || text.trim() === '' ? null : text);

/** What a client of the v1 API sends as the reason is a comment: it is sealed, and no message shows it. */
function beforeCancel(input: CancelInput): CancelInput {
  const reason = cancelReasonOf(input.reason);
  const words = reason === 'other' && input.reason !== reason ? input.reason : null;
  return { ...input, reason, comment: said(input.comment) ?? words };
}

/** What runs before a cancel is published. */
export const cancelHook = { before: beforeCancel };
