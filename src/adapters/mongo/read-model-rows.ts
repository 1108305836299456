import type { ReadModelRow } from '../../application/ports/outbox.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { SendRecord } from '../../domain/model/send-record.ts';
import type { Subscription } from '../../domain/model/subscription.ts';

export type PaymentRow = Extract<ReadModelRow, { model: 'payments' }>;

const dateOf = (instant: Instant | null): Date | null => (instant === null ? null : new Date(instant));

/** The sealed request stays in the subscriber's document; history needs the key and the counts. */
const sendOf = ({ idempotenceKey, sends, unsent, firstSentAt, lastSentAt }: SendRecord) => ({
  idempotenceKey,
  sends,
  unsent,
  firstSentAt: dateOf(firstSentAt),
  lastSentAt: dateOf(lastSentAt),
});

/** What support asks a subscription first: since when, until when, and when it ended. */
const subscriptionDates = (subscription: Subscription) => ({
  createdAt: dateOf(subscription.createdAt),
  periodEnd: 'term' in subscription ? dateOf(subscription.term?.periodEnd ?? null) : null,
  graceUntil: 'graceUntil' in subscription ? dateOf(subscription.graceUntil) : null,
  endedAt: 'endedAt' in subscription ? dateOf(subscription.endedAt) : null,
});

/** Paid, and neither on its way back nor bound to go back. */
export const isHonoured = ({ row, place }: PaymentRow): boolean =>
  row.state === 'succeeded' && place !== 'watched' && row.watchedBecause === null;

/** Without what stands elsewhere in the row, and without what history has no business to keep. */
function without<Fields extends object, Name extends keyof Fields>(
  fields: Fields,
  ...names: readonly Name[]
): Omit<Fields, Name> {
  const rest = { ...fields };
  for (const name of names) Reflect.deleteProperty(rest, name);
  return rest;
}

/** The columns of a row, with dates where people look. */
export function columnsOf(row: ReadModelRow): Record<string, unknown> {
  const common = { userId: row.userId, version: row.version, updatedAt: new Date(row.at) };
  switch (row.model) {
    case 'subscriptions':
      return { ...common, ...without(row.row, 'id'), ...subscriptionDates(row.row) };
    case 'payments':
      return {
        ...common,
        ...without(row.row, 'id', 'confirmationUrl', 'returnUrlHash'),
        createdAt: dateOf(row.row.createdAt),
        createdRealAt: dateOf(row.row.createdRealAt),
        capturedAt: dateOf(row.capturedAt),
        place: row.place,
        reason: row.reason,
        method: row.method,
        send: sendOf(row.row.send),
      };
    case 'refunds':
      return {
        ...common,
        ...without(row.row, 'id'),
        createdAt: dateOf(row.row.createdAt),
        createdRealAt: dateOf(row.row.createdRealAt),
        send: sendOf(row.row.send),
      };
    case 'commands':
      return { ...common, ...without(row.row, 'id'), acceptedAt: dateOf(row.row.acceptedAt) };
  }
}
