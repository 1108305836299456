import type { SendRecord } from '../../../../domain/model/send-record.ts';
import { createPart, optional, required } from '../schema.ts';

/** What was sent, or may have been sent, for one operation at the provider. Instants are epoch milliseconds. */
export const sendRecord = createPart<SendRecord>({
  /** The key under which the provider carries the request out at most once. */
  idempotenceKey: required(String),
  /** The frozen request, sealed with the configuration's key. */
  request: required(String),
  /** How many sends were reserved. */
  sends: required(Number),
  /** How many of them provably never reached the provider. */
  unsent: required(Number),
  /** The first reservation, on the subscriber's clock. */
  firstSentAt: optional(Number),
  /** The first reservation, in real time. */
  reservedAt: optional(Number),
  /** The last reservation, in real time. */
  lastSentAt: optional(Number),
  /** Real time before which no further send may be reserved. */
  noSendBefore: optional(Number),
  /** True for good once the key may no longer be sent. */
  readsOnly: required(Boolean),
  /** How the provider's object contradicted the request when it was last read. */
  distrusted: optional(String),
  /** The first time that the provider's list did not have the operation, on the subscriber's clock. */
  absentSince: optional(Number),
  /** The next status check on the subscriber's clock. */
  nextCheckAt: optional(Number),
  /** The next status check in real time. */
  nextCheckRealAt: optional(Number),
});

export type SendHistory = Pick<SendRecord, 'idempotenceKey' | 'sends' | 'unsent'> & {
  readonly firstSentAt: Date | null;
  readonly lastSentAt: Date | null;
};

/** The part of a send record that read models keep. Only the subscriber's document has the sealed request. */
export const sendHistory = createPart<SendHistory>({
  /** The key under which the provider carries the request out at most once. */
  idempotenceKey: required(String),
  /** How many sends were reserved. */
  sends: required(Number),
  /** How many of them provably never reached the provider. */
  unsent: required(Number),
  /** The first reservation, on the subscriber's clock. */
  firstSentAt: optional(Date),
  /** The last reservation, in real time. */
  lastSentAt: optional(Date),
});
