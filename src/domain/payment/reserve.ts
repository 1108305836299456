import type { Context } from '../model/context.ts';
import { isHeld } from '../subscription/billing-hold.ts';
import { type Operation, providerIdOf } from './operation.ts';
import { maySend } from '../model/payment-states.ts';
import { possiblySent, type SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Whether a request may leave now; `wait`: not yet, `reads_only`: never again, so only looks can tell what became of it. */
export type SendPermit = { readonly kind: 'send' } | { readonly kind: 'wait' | 'reads_only'; readonly reason: string };

/** What forbids a send for good, whatever the time; null when nothing does. */
function obstacle(state: Subscriber, operation: Operation): string | null {
  const { kind, entry } = operation;
  if (!maySend(entry)) return `${kind} is ${entry.state}`;
  const captures = kind === 'payment' && entry.step === 'capture';
  if (providerIdOf(operation) !== null && !captures) return 'the provider has answered';
  if (kind === 'refund') return null;
  if (operation.place === 'watched') return 'its money would be given back';
  // No charge leaves for a subscription that is held; a page and a refund hurt nobody.
  return entry.kind === 'charge' && isHeld(state) ? 'subscription is held' : null;
}

/**
 * The rule of docs/architecture.md, "Sending": one reservation per send, never while the last one may still be on the wire,
 * never 23 h after the first, for by then the provider may have forgotten the key and would charge again.
 */
export function sendPermit(state: Subscriber, operation: Operation, context: Context): SendPermit {
  const { readsOnly, firstSentAt, noSendBefore } = operation.entry.send;
  const forbidden = obstacle(state, operation);
  if (forbidden !== null) return { kind: 'reads_only', reason: forbidden };
  if (readsOnly) return { kind: 'reads_only', reason: 'the key is given up' };
  if (firstSentAt !== null && context.now - firstSentAt >= context.policy.keyLifeMs) {
    return { kind: 'reads_only', reason: 'the key is too old' };
  }
  if (noSendBefore !== null && context.realNow < noSendBefore) {
    return { kind: 'wait', reason: 'the last send may still be on the wire' };
  }
  return { kind: 'send' };
}

/**
 * The record with one more reservation. `firstSentAt` never moves; `reservedAt` names the first reservation that may have
 * reached the provider, for it is compared with the acceptance of a cancel.
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

/** After a send that may have reached the provider and said nothing: the pauses of the policy, in real time. */
export function withUnknown(record: SendRecord, context: Context): SendRecord {
  const pauses = context.policy.unknownRepeatsMs;
  const index = Math.min(Math.max(possiblySent(record) - 1, 0), pauses.length - 1);
  const next = context.realNow + (pauses[index] ?? context.policy.reservationMs);
  return { ...record, nextCheckAt: null, nextCheckRealAt: Math.max(next, record.noSendBefore ?? next) };
}

/**
 * After a send that surely did not leave: counted as unsent, and again after a pause; null when the pauses are used up.
 * Business time matters too: a charge that nothing came of for a key's life is given up.
 */
export function withUnsent(record: SendRecord, pausesMs: readonly number[], context: Context): SendRecord | null {
  const pause = pausesMs[record.unsent];
  if (pause === undefined) return null;
  const next = context.realNow + pause;
  return { ...record, unsent: record.unsent + 1, noSendBefore: next, nextCheckAt: null, nextCheckRealAt: next };
}
