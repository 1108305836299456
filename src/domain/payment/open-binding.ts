import { type Draft, follow, record, reject, resolve } from '../decision/draft.ts';
import type { Binding } from '../model/binding.ts';
import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { showsPage } from '../model/payment-states.ts';
import type { Policy } from '../model/policy.ts';
import type { BindableType } from '../model/provider.ts';
import { toBeSent } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { hasRoomForMethod } from '../subscription/usable-method.ts';
import { failBinding } from './fail-binding.ts';
import { canShowPage } from './page-age.ts';

type Terms = Pick<Binding, 'methodType' | 'confirmation' | 'undoesCancelOf' | 'consent'> & {
  readonly methodType: BindableType;
  /** The provider's page redirects the subscriber to this address; null is the configured one. */
  readonly returnUrl: string | null;
};

/** How the address is shown, where that is no page. */
export const howShown = ({ confirmation }: Pick<Binding, 'confirmation'>): Pick<Binding, 'confirmation'> =>
  confirmation === undefined ? {} : { confirmation };

/** The binding as it is first saved: key and bytes never change. */
function openBinding(draft: Draft, { commandId }: CommandBase, terms: Terms, context: Context): Draft {
  const { userId, testClockId } = draft.state;
  const { methodType, undoesCancelOf, consent, returnUrl } = terms;
  const id = context.ids.bindingId(commandId);
  const metadata = { bindId: id, userId, testClockId };
  const how = howShown(terms);
  const request = { kind: 'bind', methodType, confirmation: 'redirect', ...how, returnUrl, metadata } as const;
  const binding: Binding = {
    ...how,
    ...{ id, methodType, undoesCancelOf, consent, state: 'created', unlinked: [] },
    send: toBeSent(context.ids.idempotenceKey(id, 'bind', 1), request, context),
    ...{ providerMethodId: null, confirmationUrl: null, createdAt: context.now, createdRealAt: context.realNow },
  };
  return follow(record(draft, { type: 'binding.tracked', binding }), 'send', { kind: 'binding', id });
}

const isSameKind = (open: Binding, { methodType, confirmation }: Terms): boolean =>
  open.methodType === methodType && open.confirmation === confirmation;

/** Only so many commands wait for one binding: until it ends the document keeps them all. */
const hasRoomToWait = ({ binding, commands }: Subscriber, { waitingMax }: Policy): boolean =>
  commands.filter(({ bindingId }) => bindingId !== undefined && bindingId === binding?.id).length < waitingMax;

/** Links the command with the open binding: its page, or its end, resolves the command. */
function waitForBinding(draft: Draft, command: CommandBase): Draft {
  const { binding, commands } = draft.state;
  const entry = commands.find(({ id }) => id === command.commandId);
  if (binding === null || entry === undefined) return draft;
  const linked = record(draft, { type: 'command.received', entry: { ...entry, bindingId: binding.id } });
  const { confirmationUrl: redirectUrl, undoesCancelOf: subscriptionId } = binding;
  if (!showsPage(binding) || redirectUrl === null) return linked;
  return resolve(linked, command.commandId, {
    kind: 'requires_action',
    redirectUrl,
    ...howShown(binding),
    subscriptionId,
  });
}

type Wish = Pick<Binding, 'undoesCancelOf' | 'consent'>;

/** The newest wish counts, and with it what was agreed to. The consent before it stays where the client has shown no terms. */
function newestWish(open: Binding, { undoesCancelOf, consent }: Terms): Wish {
  if (undoesCancelOf === null) {
    const newer = open.undoesCancelOf === null ? consent : null;
    return { undoesCancelOf: open.undoesCancelOf, consent: newer ?? open.consent };
  }
  const earlier = open.undoesCancelOf === undoesCancelOf ? open.consent : null;
  return { undoesCancelOf, consent: consent ?? earlier };
}

/** The open page or code where it is of that kind and there is time left on it, else a new one: it closes the other. */
function showPage(draft: Draft, command: CommandBase, terms: Terms, context: Context): Draft {
  const { binding: open } = draft.state;
  if (open === null) return openBinding(draft, command, terms, context);
  if (!isSameKind(open, terms) || open.send.readsOnly || !canShowPage(open, context))
    return openBinding(failBinding(draft, open, 'superseded', context), command, terms, context);
  return record(draft, { type: 'binding.tracked', binding: { ...open, ...newestWish(open, terms) } });
}

/** Leads the subscriber to a page on which they confirm a method, or says why not. */
export function bindMethod(draft: Draft, command: CommandBase, terms: Terms, context: Context): Draft {
  if (draft.state.chargesStopped !== null) return reject(draft, command, 'subscription_held');
  if (!hasRoomForMethod(draft.state, context.policy)) return reject(draft, command, 'too_many_methods');
  const shown = showPage(draft, command, terms, context);
  // Of a wish that is rejected nothing stays: the page would renew the subscription all the same.
  if (!hasRoomToWait(shown.state, context.policy)) return reject(draft, command, 'payment_in_progress');
  return waitForBinding(shown, command);
}
