import { MongoBulkWriteError } from 'mongodb';
import { trusted } from 'mongoose';
import type { Audit, AuditEntry } from '../../application/ports/audit.ts';
import type { AuditRow } from './models/audit.ts';
import { castRecord } from './models/cast-record.ts';
import type { Models } from './models/open-models.ts';
import { askStore, duplicateKey } from './store-fault.ts';

const entryOf = ({ _id: id, at, ...row }: AuditRow): AuditEntry => ({ ...row, id, at: at.getTime() });

/** Whether every failure is an entry that is there already. */
const areKnown = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  [error.writeErrors].flat().length > 0 &&
  [error.writeErrors].flat().every(({ code }) => code === duplicateKey) &&
  error.result.getWriteConcernError() === undefined;

/** Only inserts and reads: no other file of ours writes this collection. */
export const createAudit = ({ audit }: Models): Audit => ({
  append: (entries) =>
    askStore(async () => {
      if (entries.length === 0) return;
      const rows = entries.map(({ id, ...entry }) => castRecord(audit, { ...entry, _id: id }));
      try {
        await audit.collection.insertMany(rows as never, { ordered: false });
      } catch (error) {
        if (!areKnown(error)) throw error;
      }
    }),
  list: ({ about, limit, page }) =>
    askStore(async () => {
      const rows = await audit
        .find(trusted({ $or: [{ 'subject.id': about }, { userId: about }] }))
        .sort({ at: -1, _id: -1 })
        .skip((page - 1) * limit)
        .limit(limit)
        .lean<AuditRow[]>();
      return rows.map(entryOf);
    }),
});
