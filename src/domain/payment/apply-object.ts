import { applyPayment } from './apply-payment.ts';
import { applyRefund } from './apply-refund.ts';
import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import type { Via } from '../model/events.ts';
import type { Operation } from './operation.ts';
import type { ProviderObject } from '../model/provider.ts';

type Seen = { readonly object: ProviderObject; readonly via: Via };

/** What the provider's object means for ours; null when it is an object of another kind, which says nothing. */
export function applyObject(draft: Draft, operation: Operation, { object, via }: Seen, context: Context): Draft | null {
  if (operation.kind === 'payment') {
    return object.object === 'payment' ? applyPayment(draft, operation, { object, via }, context) : null;
  }
  return object.object === 'refund' ? applyRefund(draft, operation, object, context) : null;
}
