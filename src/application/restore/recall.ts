import { dayMs, type Instant } from '../../domain/model/instant.ts';
import type { ProviderObject } from '../../domain/model/provider.ts';
import { firstSliceMs, narrowerSliceMs, nextSliceMs } from '../../domain/reconciliation/windows.ts';
import type { DeclaredRestore, Epochs, Unrecalled } from '../ports/epochs.ts';
import type { CoreServices } from '../services/core-services.ts';
import { bringBack, type ReadModels } from './bring-back.ts';
import { quietMs } from './declare-restore.ts';
import { recallSlice } from './recall-slice.ts';
import { holdAll, withMore } from './unrecalled.ts';

/** How far test clocks may be ahead: the provider of development dates by them. */
const testClocksReachMs = 45 * dayMs;

export type Recall = {
  /** Rows of read models that were newer than their documents. */
  readonly newerRows: number;
  readonly objects: number;
  readonly changed: number;
  readonly unreadable: readonly string[];
  /** What no run of this restore could bring to its document. */
  readonly unrecalled: readonly Unrecalled[];
  /** Of these, the users whose subscription could not be held. */
  readonly unheld: readonly string[];
  /** Why it ended early; null where all is read. */
  readonly unavailable: string | null;
};

const endOf = ({ upAt }: DeclaredRestore, { testClocks }: CoreServices): Instant =>
  upAt + quietMs + (testClocks === null ? 0 : testClocksReachMs);

/**
 * The refunds of all the time come first. A page that is found to be paid late gives its money back at once, and so does a
 * charge that came after a cancel: each must find the refund that the provider has already, however much later it was made.
 */
const lists = [
  { object: 'refund', progress: 'refundsRecalledTo' },
  { object: 'payment', progress: 'recalledTo' },
] as const;

type Report = (object: ProviderObject['object'], readTo: Instant) => void;

/**
 * Takes the read models back to the documents, and reads the provider's lists since the backup into these, slice by slice.
 * A later run goes on where this one ended. Who cannot be brought up to them is held, and stops no other.
 */
export async function recall(
  services: CoreServices,
  { epochs, ...readModels }: ReadModels & { readonly epochs: Epochs },
  begun: DeclaredRestore,
  onProgress: Report,
): Promise<Recall> {
  const back =
    begun.isReadModelBack === true ? { newerRows: 0, unrecalled: [] } : await bringBack(services, readModels, begun);
  let unrecalled = withMore(begun.unrecalled ?? [], back.unrecalled);
  let declared = { ...begun, isReadModelBack: true, unrecalled };
  await epochs.save(declared);
  const end = endOf(declared, services);
  const sum = { newerRows: back.newerRows, objects: 0, changed: 0, unreadable: [] as string[] };
  for (const { object, progress } of lists) {
    let sliceMs = firstSliceMs;
    while (declared[progress] < end) {
      const from = declared[progress];
      const slice = { object, from, to: Math.min(from + sliceMs, end) };
      const read = await recallSlice(services, slice, unrecalled);
      if (read.kind === 'unavailable') {
        const narrower = narrowerSliceMs(sliceMs);
        if (narrower === sliceMs || read.reason !== 'too_many_pages')
          return { ...sum, unrecalled, unheld: [], unavailable: read.reason };
        sliceMs = narrower;
        continue;
      }
      sum.objects += read.objects;
      sum.changed += read.changed;
      sum.unreadable.push(...read.unreadable);
      sliceMs = nextSliceMs(sliceMs, read.pages);
      unrecalled = withMore(unrecalled, read.unrecalled);
      declared = { ...declared, [progress]: slice.to, unrecalled };
      await epochs.save(declared);
      onProgress(object, slice.to);
    }
  }
  return { ...sum, unrecalled, unheld: await holdAll(services, unrecalled), unavailable: null };
}
