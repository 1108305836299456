import { randomUUID } from 'node:crypto';
import { trusted } from 'mongoose';
import type { TestClock, TestClocks } from '../../application/ports/test-clocks.ts';
import type { Models } from './models/open-models.ts';
import type { TestClockRow } from './models/test-clocks.ts';
import { askStore } from './store-fault.ts';

const clockOf = ({ _id: id, ...clock }: TestClockRow): TestClock => ({ id, ...clock });

export function createTestClocks({ testClocks: clocks }: Models): TestClocks {
  const find = async (id: string): Promise<TestClock | null> => {
    const row = await clocks.findOne({ _id: id }).lean<TestClockRow>();
    return row === null ? null : clockOf(row);
  };
  return {
    create: ({ name, now }) =>
      askStore(async () => {
        const row: TestClockRow = { _id: randomUUID(), name, now, target: now, status: 'ready' };
        await clocks.create(row);
        return clockOf(row);
      }),
    find: (id) => askStore(() => find(id)),
    setTarget: (id, to) =>
      askStore(async () => {
        // One atomic step: the target only grows, and a clock behind its target is `advancing`.
        const target = { $max: ['$target', to] };
        const status = { $cond: [{ $gt: [target, '$now'] }, 'advancing', '$status'] };
        const row = await clocks
          .findOneAndUpdate({ _id: id, now: trusted({ $lte: to }) }, [{ $set: { target, status } }], {
            returnDocument: 'after',
            updatePipeline: true,
          })
          .lean<TestClockRow>();
        if (row !== null) return clockOf(row);
        return (await find(id)) === null ? null : 'earlier';
      }),
    findAdvancing: (limit) =>
      askStore(async () => {
        const rows = await clocks.find({ status: 'advancing' }).sort({ _id: 1 }).limit(limit).lean<TestClockRow[]>();
        return rows.map(clockOf);
      }),
    step: (id, { from, to, ready }) =>
      askStore(async () => {
        // `ready` only if the target has not moved meanwhile.
        const status = ready ? { $cond: [{ $eq: ['$target', to] }, 'ready', 'advancing'] } : 'advancing';
        const { matchedCount } = await clocks.updateOne(
          { _id: id, now: from, status: 'advancing' },
          [{ $set: { now: to, status } }],
          { updatePipeline: true },
        );
        return matchedCount === 1;
      }),
  };
}
