import type { Context } from './context.ts';
import { possiblySent, type SendRecord } from './send-record.ts';

/** Whether a request may leave now; the answer to "no" says what to do instead. */
export type SendPermit =
  { readonly kind: 'send' } | { readonly kind: 'wait'; readonly until: number } | { readonly kind: 'reads_only' };

/**
 * The rule of design.md section 4: one reservation per send, never while the last one may still be on the wire, never
 * 23 h after the first, for by then the provider may have forgotten the key and would charge again.
 */
export function sendPermit(record: SendRecord, context: Context): SendPermit {
  if (record.readsOnly) return { kind: 'reads_only' };
  if (record.firstSentAt !== null && context.now - record.firstSentAt >= context.policy.keyLifeMs) {
    return { kind: 'reads_only' };
  }
  if (record.noSendBefore !== null && context.realNow < record.noSendBefore) {
    return { kind: 'wait', until: record.noSendBefore };
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
