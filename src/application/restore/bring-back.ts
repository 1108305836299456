import { firstSequence, marginMs } from '../../domain/model/epoch.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { documentRows } from '../outbox/document-rows.ts';
import type { DeclaredRestore, Unrecalled } from '../ports/epochs.ts';
import type { NewerRows, RowName } from '../ports/newer-rows.ts';
import type { HistoryWriter, ReadModelRow } from '../ports/outbox.ts';
import type { CoreServices } from '../services/core-services.ts';
import { tryFor } from './unrecalled.ts';

export type ReadModels = { readonly newerRows: NewerRows; readonly readModels: HistoryWriter };

const namesOf = (rows: readonly ReadModelRow[]): readonly RowName[] =>
  rows.flatMap(({ model, id }) => (model === 'audit' ? [] : [{ model, id }]));

/**
 * The versions of a document's rows count from the last epoch in which it was saved, and so do its numbers. One that did not go
 * back may be of a later epoch than one that did.
 */
const epochOf = ({ eventSeq }: Subscriber, { earlier = [] }: DeclaredRestore): number =>
  Math.max(0, ...earlier.filter((first) => first <= eventSeq));

async function bringUserBack(
  { store, clock }: Pick<CoreServices, 'store' | 'clock'>,
  { newerRows, readModels }: ReadModels,
  declared: DeclaredRestore,
  userId: string,
): Promise<number> {
  const saved = await store.load(userId);
  const above = saved === null ? 0 : saved.version + epochOf(saved.subscriber, declared);
  const versions = { above, below: firstSequence(declared) };
  const rows = saved === null ? [] : documentRows(saved.subscriber, above, clock.now());
  const made = await newerRows.makeOld(userId, versions, namesOf(rows));
  await readModels.write(rows);
  return made + (await newerRows.remove(userId, versions));
}

/**
 * Takes the read models back to the documents: a decision that asks them must not learn of what its document has forgotten,
 * such as that a payment was charged back. It comes before the first save of the epoch. A process that dies leaves a row
 * behind by which the next one finds the user again. Returns how many rows were newer, and of whom they could not be taken back.
 */
export async function bringBack(
  services: Pick<CoreServices, 'store' | 'clock' | 'log'>,
  readModels: ReadModels,
  declared: DeclaredRestore,
): Promise<{ readonly newerRows: number; readonly unrecalled: readonly Unrecalled[] }> {
  let count = 0;
  const failed = new Set<string>();
  for await (const userId of readModels.newerRows.usersSince(declared.restoredAt - marginMs)) {
    if (failed.has(userId)) continue;
    const newer = await tryFor(services, { userId, object: null, id: null }, () =>
      bringUserBack(services, readModels, declared, userId),
    );
    if (newer === 'failed') failed.add(userId);
    else count += newer;
  }
  return { newerRows: count, unrecalled: [...failed].map((userId) => ({ userId, object: null, id: null })) };
}
