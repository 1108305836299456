import type { Model } from 'mongoose';
import type { Models } from './models/open-models.ts';
import { askStore, isDuplicateKey } from './store-fault.ts';

/** The tariffs of a new system in development. Ids are fixed, so that documentation and scripts may name them. */
const tariffs = [
  {
    _id: '0b9ad6a2-4a51-4f5e-9c2e-0f6d1c1a0001',
    version: 1,
    alias: 'base',
    name: 'Base',
    price: { amountMinor: 29_900, currency: 'RUB' },
    period: { count: 1, unit: 'month' },
    features: ['films', 'series', 'full_hd'],
    limits: { streams: 2, devices: 5, profiles: 5, maxHeight: 1080 },
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
    limits: { streams: 2, devices: 5, profiles: 5, maxHeight: 1080 },
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
    limits: { streams: 2, devices: 5, profiles: 5, maxHeight: 1080 },
    sale: {},
  },
];

const paySystems = [
  { _id: '0b9ad6a2-4a51-4f5e-9c2e-0f6d1c1a0101', name: 'ЮКасса', alias: 'yookassa', currencyCode: 'RUB', data: {} },
];

/**
 * Deploy step: fills empty collections. Rows belong to the operators from then on: a tariff that they end stays ended. What is
 * sold elsewhere than in development is theirs from the start.
 */
export async function seedCatalogue(models: Models, { withTariffs }: { readonly withTariffs: boolean }): Promise<void> {
  if (withTariffs) await fillEmpty(models.tariffs, tariffs);
  await fillEmpty(models.paySystems, paySystems);
}

async function fillEmpty<Row>(model: Model<Row>, seeds: readonly object[]): Promise<void> {
  const dates = { createdAt: new Date(), updatedAt: new Date() };
  const rows = seeds.map((seed) => ({ ...seed, ...dates })) as Row[];
  try {
    await askStore(async () => {
      if ((await model.exists({})) === null)
        await model.insertMany(rows, { ordered: false, throwOnValidationError: true });
    });
  } catch (error) {
    // Another deploy step fills the collection at the same moment.
    if (!isDuplicateKey(error)) throw error;
  }
}
