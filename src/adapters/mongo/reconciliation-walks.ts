import type { ReconciliationWalks } from '../../application/ports/reconciliation-walks.ts';
import { castRecord } from './models/cast-record.ts';
import type { Models } from './models/open-models.ts';
import type { WalkRow } from './models/reconciliations.ts';
import { askStore } from './store-fault.ts';

export const createReconciliationWalks = ({ reconciliations }: Models): ReconciliationWalks => ({
  load: (name) =>
    askStore(async () => {
      const row = await reconciliations.findOne({ _id: name }).lean<WalkRow>();
      if (row === null) return null;
      // A row that an older version wrote has no open slices, and does not say when it moved.
      const { from, to, at, startedAt, movedAt = null, sliceMs, summary, open = [], alerted } = row;
      return { name, from, to, at, startedAt, movedAt, sliceMs, summary, open, alerted };
    }),
  save: ({ name, ...walk }) =>
    askStore(async () => {
      const record = castRecord(reconciliations, { _id: name, ...walk });
      await reconciliations.collection.replaceOne({ _id: name } as never, record, { upsert: true });
    }),
});
