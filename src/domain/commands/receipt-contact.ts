import { type Draft, record, reject, resolve } from '../decision/draft.ts';
import type { CommandBase, CommandOutcome } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import type { DomainEvent } from '../model/events.ts';
import type { GivenContact } from '../model/receipt-contact.ts';
import { takeBackUnsent } from '../payment/take-back-unsent.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { takesContact } from '../subscription/receipt-contact.ts';
import type { CommandDefinition } from './definition.ts';

/** One of the two is given. Both are texts that the API has sealed. */
type Given = { readonly email: string | null; readonly phone: string | null };
export type SetReceiptContactCommand = CommandBase & Given & { readonly type: 'receipt_contact.set' };
export type ClearReceiptContactCommand = CommandBase & { readonly type: 'receipt_contact.clear' };

function contactOf({ email, phone }: Given): GivenContact | null {
  if (email !== null) return { kind: 'email', sealed: email };
  return phone === null ? null : { kind: 'phone', sealed: phone };
}

const done = ({ subscription }: Subscriber): CommandOutcome => ({
  kind: 'completed',
  subscriptionId: subscription?.id ?? null,
});

/** An open charge whose receipt would go to the contact before is taken back while that is certain to be in time. */
function withContact(
  draft: Draft,
  kept: Pick<Extract<DomainEvent, { readonly type: 'receipt_contact.changed' }>, 'contact' | 'personalKey'>,
  context: Context,
): Draft {
  const changed = record(draft, { type: 'receipt_contact.changed', ...kept });
  const { payment } = changed.state;
  return (payment === null ? null : takeBackUnsent(changed, payment, context)) ?? changed;
}

/** `receipt_contact.set`: receipts are sent there from now on. It charges nothing, so it never expires. */
export const setReceiptContact: CommandDefinition<SetReceiptContactCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: () => ({ email: '', phone: null }),
  decide: (draft, command, _facts, context) => {
    const given = contactOf(command);
    if (given === null) return reject(draft, command, 'contact_required');
    // Kept, it would be shown as set while every charge goes on waiting for a contact.
    if (!takesContact(given, context.policy)) return reject(draft, command, 'contact_unusable');
    const { personalKey, sealed, masked } = context.keepContact(given, draft.state.personalKey);
    const contact = { kind: given.kind, sealed, masked, since: context.now };
    return resolve(withContact(draft, { contact, personalKey }, context), command.commandId, done(draft.state));
  },
};

/** `receipt_contact.clear`: no further receipt is sent there. Without a contact there is nothing to do. */
export const clearReceiptContact: CommandDefinition<ClearReceiptContactCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: () => ({}),
  decide: (draft, { commandId }, _facts, context) => {
    const { receiptContact, personalKey } = draft.state;
    if (receiptContact === null) return resolve(draft, commandId, done(draft.state));
    return resolve(withContact(draft, { contact: null, personalKey }, context), commandId, done(draft.state));
  },
};
