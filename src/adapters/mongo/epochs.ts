import type { DeclaredRestore, Epochs } from '../../application/ports/epochs.ts';
import { Fault } from '../../application/ports/faults.ts';
import { castRecord } from './models/cast-record.ts';
import type { EpochRow } from './models/epochs.ts';
import type { Models } from './models/open-models.ts';
import { askStore } from './store-fault.ts';

export const createEpochs = ({ epochs }: Models): Epochs => ({
  load: () =>
    askStore(async () => {
      const row = await epochs.findOne({ _id: 'current' }).lean<EpochRow>();
      if (row === null) return null;
      const { restoredAt, upAt, stoppedAt, completedAt, earlier, isReadModelBack, unrecalled } = row;
      const { refundsRecalledTo, recalledTo } = row;
      const readModels = { earlier: earlier ?? [], isReadModelBack: isReadModelBack ?? false };
      const left = unrecalled === undefined || unrecalled.length === 0 ? {} : { unrecalled };
      return { restoredAt, upAt, stoppedAt, refundsRecalledTo, recalledTo, completedAt, ...readModels, ...left };
    }),
  save: (declared) =>
    askStore(async () => {
      const record = castRecord(epochs, { _id: 'current', ...declared });
      await epochs.collection.replaceOne({ _id: 'current' } as never, record, { upsert: true });
    }),
});

/** At service start: until the provider's lists are read, a charge could be the second one of its period. */
export function assertRestored(declared: DeclaredRestore | null): void {
  if (declared?.completedAt !== null) return;
  const at = new Date(declared.restoredAt).toISOString();
  const message = `A restore is not complete. Run npm run restored -- --at ${at} until it says so (docs/disaster.md).`;
  throw new Fault('restore_incomplete', message, { retryable: false });
}
