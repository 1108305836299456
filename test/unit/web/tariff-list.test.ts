import { expect, test } from '@jest/globals';
import { webModule } from '../../support/web-module.ts';

type Tariff = Readonly<Record<string, unknown>>;
const { savingOf, sortTariffs } = (await webModule('tariff-list.js')) as {
  savingOf: (tariff: Tariff, tariffs: readonly Tariff[]) => unknown;
  sortTariffs: (tariffs: readonly Tariff[]) => readonly Tariff[];
};

const month = { period: 1, period_unit: 'month', cost_minor: 29_900, currency: 'RUB', features: ['films'] };
const year = { ...month, period_unit: 'year', cost_minor: 299_000 };
const day = { ...month, period_unit: 'day', cost_minor: 2_900 };

test('months come first, days last', () => {
  const dear = { ...month, cost_minor: 49_900 };
  expect(sortTariffs([day, dear, month, year])).toEqual([month, dear, year, day]);
});

test('a year says what it costs less than twelve months of the same', () => {
  expect(savingOf(year, [month, year])).toEqual({ amountMinor: 59_800, part: 59_800 / 358_800 });
  expect(savingOf({ ...year, period: 2, cost_minor: 500_000 }, [month])).toMatchObject({ amountMinor: 217_600 });
});

test.each([
  ['the year is dearer', { ...year, cost_minor: 358_800 }, [month]],
  ['the month has other features', year, [{ ...month, features: ['series'] }]],
  ['the month is paid in another currency', year, [{ ...month, currency: 'USD' }]],
  ['no month is sold', year, [day]],
  ['it is no year', month, [month]],
])('nothing is saved where %s', (_what, tariff, tariffs) => {
  expect(savingOf(tariff, tariffs)).toBeNull();
});
