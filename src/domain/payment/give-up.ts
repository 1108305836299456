import { failRefund } from './apply-refund.ts';
import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import type { Operation } from './operation.ts';
import { failPayment } from './fail-payment.ts';

type Because = 'provider_unreachable' | 'provider_refused' | 'provider_absent';

/** Ends an operation that surely was not carried out and will not be sent again under its key. */
export function giveUp(draft: Draft, { kind, entry }: Operation, reason: Because, context: Context): Draft {
  if (kind === 'refund') return failRefund(draft, entry, reason, context);
  const answer = reason === 'provider_refused' ? reason : 'provider_unreachable';
  return failPayment(draft, entry, { state: 'aborted', reason, party: 'us', answer }, context);
}
