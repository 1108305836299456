import type { LedgerRow } from '../../application/ports/outbox.ts';
import type { Instant } from '../../domain/instant.ts';
import type { SendRecord } from '../../domain/send-record.ts';

export type PaymentRow = Extract<LedgerRow, { ledger: 'payments' }>;

const dateOf = (instant: Instant | null): Date | null => (instant === null ? null : new Date(instant));

/** The sealed request stays in the subscriber's document; history needs the key and the counts. */
const sendOf = ({ idempotenceKey, sends, unsent, firstSentAt, lastSentAt }: SendRecord) => ({
  idempotenceKey,
  sends,
  unsent,
  firstSentAt: dateOf(firstSentAt),
  lastSentAt: dateOf(lastSentAt),
});

/** Paid, and neither on its way back nor bound to go back. */
export const isHonoured = ({ row, place }: PaymentRow): boolean =>
  row.state === 'succeeded' && place !== 'watched' && row.watchedBecause === null;

/** The columns of a row, with dates where people look. */
export function columnsOf(row: LedgerRow): Record<string, unknown> {
  const common = { userId: row.userId, version: row.version, updatedAt: new Date(row.at) };
  switch (row.ledger) {
    case 'subscriptions': {
      const { id: _id, createdAt, ...rest } = row.row;
      return { ...common, ...rest, createdAt: new Date(createdAt) };
    }
    case 'payments': {
      const { id: _id, send, createdAt, createdRealAt, confirmationUrl: _page, ...rest } = row.row;
      const { place, reason, capturedAt, method } = row;
      const dates = {
        createdAt: new Date(createdAt),
        createdRealAt: new Date(createdRealAt),
        capturedAt: dateOf(capturedAt),
      };
      return { ...common, ...rest, ...dates, place, reason, method, send: sendOf(send) };
    }
    case 'refunds': {
      const { id: _id, send, createdAt, createdRealAt, ...rest } = row.row;
      return {
        ...common,
        ...rest,
        createdAt: new Date(createdAt),
        createdRealAt: new Date(createdRealAt),
        send: sendOf(send),
      };
    }
    case 'commands': {
      const { id: _id, acceptedAt, ...rest } = row.row;
      return { ...common, ...rest, acceptedAt: new Date(acceptedAt) };
    }
  }
}
