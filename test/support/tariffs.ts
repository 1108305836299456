import type { CatalogueTariff } from '../../src/application/ports/catalogue.ts';

export const noon = Date.parse('2026-01-31T09:00:00.000Z');

const tariff = (alias: string, amountMinor: number, unit: 'day' | 'month' | 'year'): CatalogueTariff => ({
  id: `tariff-${alias}`,
  version: 1,
  alias,
  name: alias,
  price: { amountMinor, currency: 'RUB' },
  period: { count: 1, unit },
  features: ['hd'],
  createdAt: noon,
  updatedAt: noon,
  sale: {},
});

export const tariffs = {
  month: tariff('month', 29_900, 'month'),
  day: tariff('day', 2_900, 'day'),
  year: tariff('year', 299_000, 'year'),
};
