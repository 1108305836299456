import { applyBinding } from './apply-binding.ts';
import { applyPayment } from './apply-payment.ts';
import { applyRefund } from './apply-refund.ts';
import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import type { Via } from '../model/events.ts';
import type { Operation } from './operation.ts';
import type { ProviderMethod, ProviderObject } from '../model/provider.ts';

type Seen = { readonly object: ProviderObject | ProviderMethod; readonly via: Via };

/** Applies the provider's object to our operation; null when the object is of another kind. */
export function applyObject(draft: Draft, operation: Operation, { object, via }: Seen, context: Context): Draft | null {
  if (operation.kind === 'payment') {
    return object.object === 'payment' ? applyPayment(draft, operation, { object, via }, context) : null;
  }
  if (operation.kind === 'binding') {
    return object.object === 'payment_method' ? applyBinding(draft, operation, object, context) : null;
  }
  return object.object === 'refund' ? applyRefund(draft, operation, object, context) : null;
}
