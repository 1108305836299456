import { type Draft, endCommands, record } from '../decision/draft.ts';
import type { Binding } from '../model/binding.ts';
import type { RejectionReason } from '../model/command.ts';
import type { Consent } from '../model/consent.ts';
import type { Context } from '../model/context.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { mayCancel } from '../model/subscription-questions.ts';
import { endAfterCancel } from '../subscription/access.ts';
import { resumeDunning } from '../subscription/plan-dunning.ts';
import { renews } from '../subscription/renews.ts';
import { hasUsableMethod } from '../subscription/usable-method.ts';
import { isChargeOut } from '../subscription/charge-out.ts';
import { nameUndoneBinding } from './name-undone-binding.ts';

/** The command whose binding page leads to the renewal. The table of commands is above this folder. */
const uncancelType = 'subscription.uncancel';

/** The subscription, renewing again under that consent. A ladder that a cancel has closed goes on with the step that is ahead. */
export function renewing(subscription: LiveSubscription, consent: Consent | null, context: Context): LiveSubscription {
  const renewed = {
    ...{ ...subscription, autoRenew: true, renewalStopped: null },
    ...{ cancelAtPeriodEnd: false, cancelReason: null, consent },
  };
  switch (renewed.status) {
    case 'active':
      return renewed;
    case 'past_due':
      return { ...renewed, dunning: resumeDunning(renewed, context) };
  }
}

/** Lets the subscription renew again, by its default method; else why it cannot. */
export function undoCancel(
  draft: Draft,
  subscription: LiveSubscription,
  consent: Consent | null,
  context: Context,
): Draft | 'too_late' | 'payment_in_progress' | 'method_required' {
  if (renews(subscription)) return draft;
  if (context.now >= endAfterCancel(subscription)) return 'too_late';
  if (isChargeOut(draft.state, subscription)) return 'payment_in_progress';
  if (!hasUsableMethod(draft.state, subscription)) return 'method_required';
  return record(draft, { type: 'subscription.cancel_undone', subscription: renewing(subscription, consent, context) });
}

function rejectUncancels(draft: Draft, binding: Binding, reason: RejectionReason, context: Context): Draft {
  const named = nameUndoneBinding(draft, binding, context, uncancelType);
  return endCommands(named, binding.id, { kind: 'rejected', reason }, uncancelType);
}

/** The method that an uncancel asked for is saved: the subscription renews again, where it still can. */
export function finishUncancel(draft: Draft, binding: Binding, context: Context): Draft {
  const { id, undoesCancelOf, consent } = binding;
  if (undoesCancelOf === null) return draft;
  const { subscription } = draft.state;
  const isLive = mayCancel(subscription) && subscription.id === undoesCancelOf;
  const undone = isLive ? undoCancel(draft, subscription, consent, context) : 'too_late';
  return typeof undone === 'string'
    ? rejectUncancels(draft, binding, undone, context)
    : endCommands(undone, id, { kind: 'completed', subscriptionId: undoesCancelOf }, uncancelType);
}

/** A later cancel wins: what is saved on the page of an uncancel does not renew the subscription any more. */
export function withdrawUncancel(draft: Draft, context: Context): Draft {
  const { binding } = draft.state;
  if (binding?.undoesCancelOf == null) return draft;
  const withdrawn = record(draft, {
    type: 'binding.tracked',
    binding: { ...binding, undoesCancelOf: null, consent: null },
  });
  return rejectUncancels(withdrawn, binding, 'canceled', context);
}
