import type { Models } from './models/open-models.ts';
import { askStore, isDuplicateKey } from './store-fault.ts';

/** The tariffs of a new system. Ids are fixed, so that documentation and scripts may name them. */
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

/** Deploy step: inserts what is missing and never changes a row that exists. */
export async function seedCatalogue(models: Models): Promise<void> {
  const dates = { createdAt: new Date(), updatedAt: new Date() };
  const rowsOf = (rows: readonly object[]) => rows.map((row) => ({ ...row, ...dates }));
  const options = { ordered: false, throwOnValidationError: true } as const;
  await insertMissing(() => models.tariffs.insertMany(rowsOf(tariffs), options));
  await insertMissing(() => models.paySystems.insertMany(rowsOf(paySystems), options));
}

/** A row that exists, also an operator's own under the same alias, is refused as a duplicate and stays. */
async function insertMissing(insert: () => Promise<unknown>): Promise<void> {
  try {
    await askStore(insert);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
