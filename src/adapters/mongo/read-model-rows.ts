import type { ReadModelRow } from '../../application/ports/outbox.ts';
import { castRecord } from './models/cast-record.ts';
import type { Models } from './models/open-models.ts';

export type PaymentVersion = Extract<ReadModelRow, { model: 'payments' }>;

/** A row that a later version replaces. */
export type VersionedRow = Exclude<ReadModelRow, { model: 'audit' }>;

/** Succeeded and not watched: the money of a watched payment goes back. */
export const isHonoured = ({ row, place }: PaymentVersion): boolean =>
  row.state === 'succeeded' && place !== 'watched' && row.watchedBecause === null;

/** A version as its model stores it. The cast drops what history does not keep and turns instants into dates. */
export function recordOf(models: Models, version: VersionedRow) {
  const common = { ...version.row, _id: version.id, userId: version.userId, version: version.version };
  const values = { ...common, updatedAt: version.at };
  switch (version.model) {
    case 'subscriptions': {
      const periodEnd = 'term' in version.row ? (version.row.term?.periodEnd ?? null) : null;
      return castRecord(models.subscriptions, { graceUntil: null, endedAt: null, ...values, periodEnd });
    }
    case 'payments': {
      const { place, reason, capturedAt, method, why } = version;
      return castRecord(models.payments, { ...values, place, reason, capturedAt, method, why });
    }
    case 'refunds':
      return castRecord(models.refunds, { ...values, lateSince: version.lateSince });
    case 'receipts':
      return castRecord(models.receipts, values);
    case 'commands':
      return castRecord(models.commands, values);
  }
}
