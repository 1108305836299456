import { type Draft, record } from '../decision/draft.ts';
import { operationsOf } from './operation.ts';

/** What a page that is open now saves is not taken: it was agreed to before a method was unlinked. */
export const saveNothing = (draft: Draft): Draft =>
  operationsOf(draft.state).reduce(
    (closed, operation) =>
      operation.kind === 'payment' && operation.entry.saveMethod
        ? record(closed, {
            type: 'payment.tracked',
            payment: { ...operation.entry, saveMethod: false },
            place: operation.place,
          })
        : closed,
    draft,
  );
