import { type Draft, record } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { SavedMethod } from '../model/payment.ts';
import { failBinding } from './fail-binding.ts';
import { operationsOf } from './operation.ts';

/** A binding pays for nothing, so it may still save another card than those. */
function refuseToBind(draft: Draft, cards: readonly SavedMethod[], context: Context): Draft {
  const { binding } = draft.state;
  if (binding === null) return draft;
  const unlinked = [...binding.unlinked, ...cards];
  // More cards than the document remembers, within the life of one page: nothing is taken from it any more.
  if (unlinked.length > context.policy.methodsMax) return failBinding(draft, binding, 'method_unlinked', context);
  return record(draft, { type: 'binding.tracked', binding: { ...binding, unlinked } });
}

/**
 * What a page that is open now saves is not taken, because it was agreed to before the cards were unlinked. A page that is
 * paid may save any of them. Of a binding, the object says which card it is before anything is saved.
 */
export function saveNothing(draft: Draft, cards: readonly SavedMethod[], context: Context): Draft {
  const closed = operationsOf(draft.state).reduce(
    (before, operation) =>
      operation.kind === 'payment' && operation.entry.saveMethod
        ? record(before, {
            type: 'payment.tracked',
            payment: { ...operation.entry, saveMethod: false },
            place: operation.place,
          })
        : before,
    draft,
  );
  return refuseToBind(closed, cards, context);
}
