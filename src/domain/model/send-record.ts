import type { Context } from './context.ts';
import type { Instant } from './instant.ts';
import type { ProviderRequest } from './provider.ts';

/**
 * The sends of one provider request: a payment, a capture or a refund. It has one idempotency key and one frozen body.
 * Each send has its own reservation (docs/architecture.md, "Sending").
 */
export type SendRecord = {
  readonly idempotenceKey: string;
  /** The frozen request (method, path, body), encrypted with the configured key. Never changes. */
  readonly request: string;
  /** How many reservations were made. */
  readonly sends: number;
  /** How many of them sent nothing, as their process proved (connection refused, name not found, 429). */
  readonly unsent: number;
  /** First reservation, on the subscriber's clock. The age of the key counts from here. Never changes. */
  readonly firstSentAt: Instant | null;
  /** First reservation that may have reached the provider, in real time; compared with a cancel's `acceptedAt`. */
  readonly reservedAt: Instant | null;
  /** Last reservation, in real time. */
  readonly lastSentAt: Instant | null;
  /** No further reservation before this real time: the last request may still be on its way. */
  readonly noSendBefore: Instant | null;
  /** Set for good when the key must not be sent again, for example because the provider has it with another body. */
  readonly readsOnly: boolean;
  /** How the provider's object last contradicted our request, which operators were alerted of; null while it agrees. */
  readonly distrusted: string | null;
  /** When the provider's list first lacked the operation, on the subscriber's clock. */
  readonly absentSince: Instant | null;
  /** The next status check, on the subscriber's clock and in real time; null when none is planned on that clock. */
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

/** A new request. The process that saves it sends it. If the process dies first, the status-check timer sends it. */
export const toBeSent = (idempotenceKey: string, providerRequest: ProviderRequest, context: Context): SendRecord => ({
  ...newSendRecord(idempotenceKey, context.seal(providerRequest)),
  nextCheckRealAt: context.realNow + context.policy.intentPickupMs,
});

/** Sends that may have reached the provider. Zero: the provider certainly has nothing under this key. */
export const possiblySent = (record: SendRecord): number => record.sends - record.unsent;
