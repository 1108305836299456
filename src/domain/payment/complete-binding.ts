import { type Draft, endCommands, record } from '../decision/draft.ts';
import type { Binding } from '../model/binding.ts';
import type { Consent } from '../model/consent.ts';
import type { Context } from '../model/context.ts';
import type { SavedMethod } from '../model/payment.ts';
import type { Policy } from '../model/policy.ts';
import type { ProviderMethod } from '../model/provider.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { keepsMethod } from '../model/subscription-questions.ts';
import { renews } from '../subscription/renews.ts';
import { isAsShown } from '../subscription/consent.ts';
import { isSameMethod } from '../subscription/same-method.ts';
import { hasRoomForMethod, hasUsableMethod } from '../subscription/usable-method.ts';
import { failBinding } from './fail-binding.ts';
import { finishUncancel } from './undo-cancel.ts';

/**
 * The consent to the charges that the method makes for the subscription, which may be another one since the page was opened.
 * That of an uncancel belongs to the renewal that it begins.
 */
function agreedFor(charges: LiveSubscription, { undoesCancelOf, consent }: Binding, policy: Policy): Consent | null {
  if (consent === null || undoesCancelOf !== null || !renews(charges)) return null;
  return isAsShown(consent, { tariff: charges.tariff, firstAt: consent.shown.firstChargeAt }, policy) ? consent : null;
}

/** Saves the method. It becomes the default where there is none that may be charged: a default never changes unasked. */
function save(draft: Draft, method: SavedMethod, binding: Binding, policy: Policy): Draft {
  const { subscription } = draft.state;
  const charges = keepsMethod(subscription) && !hasUsableMethod(draft.state, subscription) ? subscription : null;
  const saved = record(draft, {
    ...{ type: 'payment_method.bound', bindingId: binding.id, method },
    ...{ subscriptionId: charges?.id ?? null, isDefault: charges !== null },
  });
  if (charges === null) return saved;
  const agreed = agreedFor(charges, binding, policy);
  const consent = agreed === null ? {} : { consent: agreed };
  return record(saved, { type: 'subscription.tracked', subscription: { ...charges, methodId: method.id, ...consent } });
}

/** The subscriber has confirmed the method. It charges nothing by itself, not even what is past due. */
export function completeBinding(draft: Draft, binding: Binding, object: ProviderMethod, context: Context): Draft {
  if (binding.unlinked.some((other) => isSameMethod(other, object)))
    return failBinding(draft, binding, 'method_unlinked', context);
  if (!hasRoomForMethod(draft.state, context.policy)) return failBinding(draft, binding, 'too_many_methods', context);
  const { id, title, last4, brand, type, expiry, bankId } = object;
  const bank = bankId === undefined ? {} : { bankId };
  const method = { id, title, last4, brand, type, expiry, ...bank, savedAt: context.now, usable: true };
  const saved = finishUncancel(save(draft, method, binding, context.policy), binding, context);
  const subscriptionId = saved.state.subscription?.id ?? null;
  return endCommands(saved, binding.id, { kind: 'completed', subscriptionId });
}
