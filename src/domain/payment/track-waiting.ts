import type { Context } from '../model/context.ts';
import { alarm, type Draft, record } from '../decision/draft.ts';
import type { Payment, Refund } from '../model/payment.ts';
import { isReady } from '../model/payment-states.ts';
import type { SendRecord } from '../model/send-record.ts';
import { type MoneyOperation, track } from './operation.ts';

/** It has had no end for `stuckAfterMs` since its request left, and operators are not alerted yet. */
const isStuck = (entry: Payment | Refund, { now, policy }: Context): boolean =>
  !isReady(entry) &&
  entry.stuckSince === null &&
  entry.send.firstSentAt !== null &&
  now - entry.send.firstSentAt >= policy.stuckAfterMs;

/** Alerts operators, once. */
function flagStuck(draft: Draft, operation: MoneyOperation, send: SendRecord, context: Context): Draft {
  const { kind, entry } = operation;
  const stuckSince = context.now;
  if (kind === 'payment') {
    return record(draft, { type: 'payment.stuck', payment: { ...entry, send, stuckSince }, place: operation.place });
  }
  const { id: subjectId, amount: expected } = entry;
  const detail = 'the provider has not said for days what became of the refund';
  const flagged = track(draft, { kind, entry: { ...entry, stuckSince } }, { send });
  return alarm(flagged, { rule: 'refund_exhausted', subjectId, detail, expected });
}

/**
 * Saves what a status check of an operation has learnt that has not ended. The provider may keep it pending, or say nothing
 * of it, for ever: a person is asked then.
 */
export const trackWaiting = (draft: Draft, operation: MoneyOperation, send: SendRecord, context: Context): Draft =>
  isStuck(operation.entry, context) ? flagStuck(draft, operation, send, context) : track(draft, operation, { send });
