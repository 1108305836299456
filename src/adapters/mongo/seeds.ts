import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { askStore, isDuplicateKey } from './store-fault.ts';

type Row = { readonly _id: string };
type Operation = AnyBulkWriteOperation<Row>;

/** What is sold on the first day. Ids are fixed, so that documentation and scripts may name them. */
const tariffs = [
  {
    _id: '0b9ad6a2-4a51-4f5e-9c2e-0f6d1c1a0001',
    version: 1,
    alias: 'base',
    name: 'Base',
    price: { amountMinor: 29_900, currency: 'RUB' },
    period: { count: 1, unit: 'month' },
    features: ['films', 'series', 'full_hd'],
    sale: {},
  },
  {
    _id: '0b9ad6a2-4a51-4f5e-9c2e-0f6d1c1a0002',
    version: 1,
    alias: 'base-year',
    name: 'Base (year)',
    price: { amountMinor: 299_000, currency: 'RUB' },
    period: { count: 1, unit: 'year' },
    features: ['films', 'series', 'full_hd'],
    sale: {},
  },
  {
    _id: '0b9ad6a2-4a51-4f5e-9c2e-0f6d1c1a0003',
    version: 1,
    alias: 'base-day',
    name: 'Base (day)',
    price: { amountMinor: 2_900, currency: 'RUB' },
    period: { count: 1, unit: 'day' },
    features: ['films', 'series', 'full_hd'],
    sale: {},
  },
];

const paySystems = [
  { _id: '0b9ad6a2-4a51-4f5e-9c2e-0f6d1c1a0101', name: 'ЮКасса', alias: 'yookassa', currencyCode: 'RUB', data: {} },
];

/** Deploy step: puts in what is missing and never touches what an operator has changed. */
export async function seedCatalogue(db: Db): Promise<void> {
  const at = new Date();
  const insertOnly = ({ _id, ...fields }: Row): Operation => ({
    updateOne: {
      filter: { _id },
      update: { $setOnInsert: { ...fields, createdAt: at, updatedAt: at } },
      upsert: true,
    },
  });
  await insertMissing(db, 'tariffs', tariffs.map(insertOnly));
  await insertMissing(db, 'pay_systems', paySystems.map(insertOnly));
}

/** An operator's own row under the alias, or another deploy step at the same moment, is as good as ours. */
async function insertMissing(db: Db, collection: string, operations: Operation[]): Promise<void> {
  try {
    await askStore(() => db.collection<Row>(collection).bulkWrite(operations, { ordered: false }));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
