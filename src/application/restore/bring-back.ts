import { firstSequence, marginMs } from '../../domain/model/epoch.ts';
import { documentRows } from '../outbox/document-rows.ts';
import type { DeclaredRestore } from '../ports/epochs.ts';
import type { NewerRows, RowName } from '../ports/newer-rows.ts';
import type { HistoryWriter } from '../ports/outbox.ts';
import type { CoreServices } from '../services/core-services.ts';

export type ReadModels = { readonly newerRows: NewerRows; readonly readModels: HistoryWriter };

/**
 * Takes the read models back to the documents: a decision that asks them must not learn of what its document has forgotten,
 * such as that a payment was charged back. It comes before the first save of the epoch, and repeats change nothing. Returns
 * how many rows were newer.
 */
export async function bringBack(
  { store, clock }: Pick<CoreServices, 'store' | 'clock'>,
  { newerRows, readModels }: ReadModels,
  declared: DeclaredRestore,
): Promise<number> {
  let removed = 0;
  for await (const userId of newerRows.usersSince(declared.restoredAt - marginMs)) {
    const saved = await store.load(userId);
    const above = (saved?.version ?? 0) + (declared.versionsFrom ?? 0);
    const gone = await newerRows.remove(userId, { above, below: firstSequence(declared) });
    removed += gone.length;
    const isGone = (row: RowName): boolean => gone.some(({ model, id }) => model === row.model && id === row.id);
    const rows = saved === null ? [] : documentRows(saved.subscriber, above, clock.now());
    await readModels.write(rows.filter((row) => row.model !== 'audit' && isGone({ model: row.model, id: row.id })));
  }
  return removed;
}
