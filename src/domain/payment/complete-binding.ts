import { type Draft, endCommands, record } from '../decision/draft.ts';
import type { Binding } from '../model/binding.ts';
import type { Context } from '../model/context.ts';
import type { SavedMethod } from '../model/payment.ts';
import type { ProviderMethod } from '../model/provider.ts';
import { keepsMethod } from '../model/subscription-questions.ts';
import { isSameMethod } from '../subscription/same-method.ts';
import { hasRoomForMethod, hasUsableMethod } from '../subscription/usable-method.ts';
import { failBinding } from './fail-binding.ts';
import { finishUncancel } from './undo-cancel.ts';

/** Saves the method. It becomes the default where there is none that may be charged: a default never changes unasked. */
function save(draft: Draft, method: SavedMethod, bindingId: string): Draft {
  const { subscription } = draft.state;
  const charges = keepsMethod(subscription) && !hasUsableMethod(draft.state, subscription) ? subscription : null;
  const saved = record(draft, {
    ...{ type: 'payment_method.bound', bindingId, method },
    ...{ subscriptionId: charges?.id ?? null, isDefault: charges !== null },
  });
  if (charges === null) return saved;
  return record(saved, { type: 'subscription.tracked', subscription: { ...charges, methodId: method.id } });
}

/** The subscriber has confirmed the method. It charges nothing by itself, not even what is past due. */
export function completeBinding(draft: Draft, binding: Binding, object: ProviderMethod, context: Context): Draft {
  if (binding.unlinked.some((other) => isSameMethod(other, object)))
    return failBinding(draft, binding, 'method_unlinked', context);
  if (!hasRoomForMethod(draft.state, context.policy)) return failBinding(draft, binding, 'too_many_methods', context);
  const { id, title, last4, brand, type, expiry, bankId } = object;
  const bank = bankId === undefined ? {} : { bankId };
  const method = { id, title, last4, brand, type, expiry, ...bank, savedAt: context.now, usable: true };
  const saved = finishUncancel(save(draft, method, binding.id), binding, context);
  const subscriptionId = saved.state.subscription?.id ?? null;
  return endCommands(saved, binding.id, { kind: 'completed', subscriptionId });
}
