import type { Context } from '../model/context.ts';
import { isHeld } from '../subscription/billing-hold.ts';
import { type Operation, providerIdOf } from './operation.ts';
import { canShowPage } from './page-age.ts';
import { maySend } from '../model/payment-states.ts';
import { possiblySent, type SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Whether a request may be sent now. `wait`: not yet; `reads_only`: never again, only status checks resolve it. */
export type SendPermit = { readonly kind: 'send' } | { readonly kind: 'wait' | 'reads_only'; readonly reason: string };

export const isCapture = ({ kind, entry }: Operation): boolean => kind === 'payment' && entry.step === 'capture';

/** Why the request may not be sent at any time; null when it may. */
function obstacle(state: Subscriber, operation: Operation, context: Context): string | null {
  const { kind, entry } = operation;
  if (!maySend(entry)) return `${kind} is ${entry.state}`;
  if (providerIdOf(operation) !== null && !isCapture(operation)) return 'the provider has answered';
  if (kind === 'refund') return null;
  if (kind === 'binding') return canShowPage(entry, context) ? null : 'the page would be over';
  if (operation.place === 'watched') return 'the payment is watched';
  // A billing hold stops charges. Pages and refunds go on: they take no money without the subscriber.
  if (entry.kind === 'charge' && isHeld(state)) return 'subscription is held';
  return entry.kind === 'charge' && state.chargesStopped !== null ? 'charges are stopped' : null;
}

/**
 * The rule of docs/architecture.md, "Sending": one reservation per send; none while the last request may still be on its
 * way; none 23 h after the first, when the provider may have forgotten the key and would charge again. A key that has
 * certainly not reached the provider is not old, and only a capture is still worth its request by then.
 */
export function sendPermit(state: Subscriber, operation: Operation, context: Context): SendPermit {
  const { send } = operation.entry;
  const { readsOnly, firstSentAt, noSendBefore } = send;
  const forbidden = obstacle(state, operation, context);
  if (forbidden !== null) return { kind: 'reads_only', reason: forbidden };
  if (readsOnly) return { kind: 'reads_only', reason: 'the key must not be sent again' };
  const mayBeKnown = possiblySent(send) > 0 || !isCapture(operation);
  if (mayBeKnown && firstSentAt !== null && context.now - firstSentAt >= context.policy.keyLifeMs) {
    return { kind: 'reads_only', reason: 'the key is too old' };
  }
  if (noSendBefore !== null && context.realNow < noSendBefore) {
    return { kind: 'wait', reason: 'the last send may still be on its way' };
  }
  return { kind: 'send' };
}

/**
 * The record with one more reservation. `firstSentAt` never changes. `reservedAt` is the first reservation that may have
 * reached the provider, because it is compared with the acceptance of a cancel.
 */
export function withReservation(record: SendRecord, context: Context): SendRecord {
  const fresh = possiblySent(record) === 0;
  const noSendBefore = context.realNow + context.policy.reservationMs;
  return {
    ...record,
    sends: record.sends + 1,
    firstSentAt: record.firstSentAt ?? context.now,
    reservedAt: fresh ? context.realNow : record.reservedAt,
    lastSentAt: context.realNow,
    noSendBefore,
    nextCheckAt: null,
    nextCheckRealAt: noSendBefore,
  };
}

/** After a send with an unknown result: the next one after a pause of the policy, in real time. */
export function withUnknown(record: SendRecord, context: Context): SendRecord {
  const pauses = context.policy.unknownRepeatsMs;
  const index = Math.min(Math.max(possiblySent(record) - 1, 0), pauses.length - 1);
  const next = context.realNow + (pauses[index] ?? context.policy.reservationMs);
  return { ...record, nextCheckAt: null, nextCheckRealAt: Math.max(next, record.noSendBefore ?? next) };
}

/**
 * After a send that certainly sent nothing: counted as unsent, with the next one after a pause; null when the pauses are
 * used up.
 */
export function withUnsent(record: SendRecord, pausesMs: readonly number[], context: Context): SendRecord | null {
  const pause = pausesMs[record.unsent];
  if (pause === undefined) return null;
  const next = context.realNow + pause;
  return { ...record, unsent: record.unsent + 1, noSendBefore: next, nextCheckAt: null, nextCheckRealAt: next };
}
