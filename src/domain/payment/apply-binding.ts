import { alarm, answerWaiting, type Draft } from '../decision/draft.ts';
import type { Binding } from '../model/binding.ts';
import type { Context } from '../model/context.ts';
import { showsPage } from '../model/payment-states.ts';
import type { ProviderMethod } from '../model/provider.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { completeBinding } from './complete-binding.ts';
import { closeBinding, failBinding } from './fail-binding.ts';
import { type BindingOperation, track, withProviderId } from './operation.ts';
import { howShown } from './open-binding.ts';
import { ageOf } from './page-age.ts';
import { planPolls } from './polls.ts';

/**
 * How the provider's object contradicts our request; null when it agrees. The clock is not compared: the first purchase may
 * have bound the subscriber to one since.
 */
function mismatchOf({ userId }: Subscriber, { id }: Binding, object: ProviderMethod, { shop }: Context): string | null {
  if (object.accountId !== shop.accountId) return 'another shop';
  if (object.metadata.bindId !== id) return 'another binding';
  return object.metadata.userId === userId ? null : 'another user';
}

/** Nothing is decided yet: it is read again. A page lives for an hour, so after a day no answer is to be expected. */
export function awaitBinding(draft: Draft, operation: BindingOperation, context: Context): Draft {
  const { entry } = operation;
  if (ageOf(entry, context) >= context.policy.pollHourlyUntilMs) return failBinding(draft, entry, 'unknown', context);
  return track(draft, operation, { send: planPolls(entry, context) });
}

/** The provider waits for the subscriber on its page, or for their bank. */
function applyPending(draft: Draft, operation: BindingOperation, object: ProviderMethod, context: Context): Draft {
  const { entry } = operation;
  const redirectUrl = object.confirmation?.address ?? null;
  const state = redirectUrl === null ? ('pending' as const) : ('requires_action' as const);
  const next = { ...entry, state, confirmationUrl: redirectUrl ?? entry.confirmationUrl };
  const waiting = awaitBinding(draft, { ...operation, entry: next }, context);
  if (redirectUrl === null || showsPage(entry) || waiting.state.binding === null) return waiting;
  return answerWaiting(waiting, entry.id, {
    kind: 'requires_action',
    redirectUrl,
    ...howShown(entry),
    subscriptionId: entry.undoesCancelOf,
  });
}

/** Applies the provider's method to our binding, wherever it was read. The same object applied twice changes nothing. */
export function applyBinding(
  draft: Draft,
  operation: BindingOperation,
  object: ProviderMethod,
  context: Context,
): Draft {
  const detail = mismatchOf(draft.state, operation.entry, object, context);
  if (detail !== null) {
    const wrong = { rule: 'foreign_object' as const, subjectId: operation.entry.id, detail };
    return failBinding(alarm(draft, wrong), operation.entry, 'unknown', context);
  }
  const known = withProviderId(operation, object.id);
  switch (object.status) {
    case 'pending':
      return applyPending(draft, known, object, context);
    case 'active':
      return completeBinding(draft, known.entry, object, context);
    case 'inactive':
      return closeBinding(draft, known.entry, 'unknown');
  }
}
