import { describe, expect, test } from '@jest/globals';
import type { Catalogue, CatalogueTariff, PaySystem } from '../../src/application/ports/catalogue.ts';
import { noon, sampleTariff } from './samples.ts';

const tariff = (id: string, amountMinor: number): CatalogueTariff => ({
  ...sampleTariff,
  id,
  alias: id,
  price: { amountMinor, currency: 'RUB' },
  createdAt: noon,
  updatedAt: noon,
  sale: {},
});

export const catalogueSample: {
  readonly tariffs: readonly CatalogueTariff[];
  readonly paySystems: readonly PaySystem[];
} = {
  tariffs: [tariff('dear', 90_000), tariff('cheap', 100), tariff('middle', 5_000), tariff('also-cheap', 100)],
  paySystems: [
    { id: 'p1', name: 'ЮКасса', alias: 'yookassa', currencyCode: 'RUB', data: { a: 1 } },
    { id: 'p2', name: 'Another', alias: 'another', currencyCode: 'RUB', data: {} },
  ],
};

/** `open` gives a catalogue that holds exactly the sample. */
export function catalogueSuite(name: string, open: () => Promise<Catalogue>): void {
  describe(`${name}: the catalogue`, () => {
    test('lists tariffs cheapest first, of one price by id, with all their columns', async () => {
      const listed = await (await open()).listTariffs();
      expect(listed.map(({ id }) => id)).toEqual(['also-cheap', 'cheap', 'middle', 'dear']);
      expect(listed[3]).toEqual(catalogueSample.tariffs[0]);
    });

    test('finds a tariff without the columns of the list, and null by an unknown id', async () => {
      const catalogue = await open();
      const { version, name, period, features, limits } = sampleTariff;
      const price = { amountMinor: 5_000, currency: 'RUB' };
      const sold = { id: 'middle', alias: 'middle', version, name, price, period, features, limits };
      expect(await catalogue.findTariff('middle')).toEqual(sold);
      expect(await catalogue.findTariff('none')).toBeNull();
    });

    test('knows pay systems by their alias', async () => {
      const catalogue = await open();
      expect(await catalogue.listPaySystems()).toEqual(catalogueSample.paySystems.toReversed());
      expect(await catalogue.findPaySystem('yookassa')).toEqual(catalogueSample.paySystems[0]);
      expect(await catalogue.findPaySystem('other')).toBeNull();
    });
  });
}
