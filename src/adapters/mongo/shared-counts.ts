import { type SharedCounts, silentMs, type Taken } from '../../application/ports/shared-counts.ts';
import type { ApiProcessRow } from './models/api-processes.ts';
import type { Models } from './models/open-models.ts';
import { askStore } from './store-fault.ts';

/** The next counts follow in half a second, so a write that an election loses is no loss. */
const quick = { w: 1, journal: false } as const;
/** Far more processes than there are. A row beyond them is read by no one. */
const processesMax = 200;

export function createSharedCounts({ apiProcesses }: Models): SharedCounts {
  const { collection } = apiProcesses;
  return {
    exchange: (id, taken) =>
      askStore(async () => {
        const row = [{ $set: { at: '$$NOW', taken: { $literal: taken } } }];
        await collection.updateOne({ _id: id } as never, row, { upsert: true, writeConcern: quick });
        const isLiving = { $gt: ['$at', { $subtract: ['$$NOW', silentMs] }] };
        const others = await collection
          .find({ _id: { $ne: id }, $expr: isLiving } as never, {
            limit: processesMax,
            readConcern: { level: 'local' },
          })
          .toArray();
        return others.map((other): readonly Taken[] => (other as unknown as ApiProcessRow).taken);
      }),
    leave: (id) =>
      askStore(async () => {
        await collection.deleteOne({ _id: id } as never, { writeConcern: quick });
      }),
  };
}
