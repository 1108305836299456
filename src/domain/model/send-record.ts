import type { Context } from './context.ts';
import type { Instant } from './instant.ts';
import type { ProviderRequest } from './provider.ts';

/**
 * What we know about the requests that left (or may have left) for one provider operation, a payment, a capture or a
 * refund. One idempotency key, one frozen body; every send has its own reservation (docs/architecture.md, "Sending").
 */
export type SendRecord = {
  readonly idempotenceKey: string;
  /** The frozen request (method, path, body), sealed with the configuration's key. Never changes. */
  readonly request: string;
  /** Reservations made so far; the number of the last one names it. */
  readonly sends: number;
  /** Reservations whose own process proved that no byte left (refused, name not found, 429). */
  readonly unsent: number;
  /** First reservation on the subscriber's clock: the age of the key runs from here. Never moves. */
  readonly firstSentAt: Instant | null;
  /** First reservation in real time: compared with a cancel's `acceptedAt`. Never moves. */
  readonly reservedAt: Instant | null;
  /** Last reservation, real time. */
  readonly lastSentAt: Instant | null;
  /** No further reservation before this real time: the last one may still be on the wire. */
  readonly noSendBefore: Instant | null;
  /** Set for good once the provider says that the key belongs to another body, or the key is too old to be safe. */
  readonly readsOnly: boolean;
  /** How the provider's object contradicted the order when it was last seen, which a person was told; null while it is believed. */
  readonly distrusted: string | null;
  /** First time that a search of the provider's list did not find the operation, on the subscriber's clock. */
  readonly absentSince: Instant | null;
  /** The next look at the provider, on the subscriber's clock and in real time; null when none is planned on that clock. */
  readonly nextCheckAt: Instant | null;
  readonly nextCheckRealAt: Instant | null;
};

export const newSendRecord = (idempotenceKey: string, request: string): SendRecord => ({
  idempotenceKey,
  request,
  sends: 0,
  unsent: 0,
  firstSentAt: null,
  reservedAt: null,
  lastSentAt: null,
  noSendBefore: null,
  readsOnly: false,
  distrusted: null,
  absentSince: null,
  nextCheckAt: null,
  nextCheckRealAt: null,
});

/** An operation about to begin. Whoever saves it sends it at once; should he die before that, the announcement finds it. */
export const toBeSent = (idempotenceKey: string, providerRequest: ProviderRequest, context: Context): SendRecord => ({
  ...newSendRecord(idempotenceKey, context.seal(providerRequest)),
  nextCheckRealAt: context.realNow + context.policy.intentPickupMs,
});

/** Sends that may have reached the provider. Zero means: surely nothing is out there under this key. */
export const possiblySent = (record: SendRecord): number => record.sends - record.unsent;
