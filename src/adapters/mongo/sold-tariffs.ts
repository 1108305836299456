import type { CatalogueTariff } from '../../application/ports/catalogue.ts';
import type { Log } from '../../application/ports/log.ts';
import { createRecent } from '../../application/services/recent.ts';
import { limitNames } from '../../domain/model/tariff.ts';
import type { TariffRow } from './models/tariffs.ts';

/** Years of days: longer periods are a mistake in the row, and dates must stay within the calendar. */
const countMax = 3_660;
/** Wrong rows remembered; a catalogue has tens of rows. */
const reportedMax = 500;

const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** A misspelt limit would be none. */
const areLimits = (value: unknown): boolean =>
  typeof value === 'object' &&
  Object.entries(value ?? {}).every(
    ([name, limit]) => (limitNames as readonly string[]).includes(name) && isWhole(limit, 1, Number.MAX_SAFE_INTEGER),
  );

type Unchecked = { readonly [Name in keyof TariffRow]?: unknown } & {
  readonly price?: Readonly<Record<string, unknown>>;
  readonly period?: Readonly<Record<string, unknown>>;
};

/** Each field of which a purchase or a renewal would fail as a bug, and whether it is right. Rows are written by hand. */
const rules: Readonly<Record<string, (row: Unchecked) => boolean>> = {
  version: ({ version }) => isWhole(version, 0, Number.MAX_SAFE_INTEGER),
  alias: ({ alias }) => isText(alias),
  name: ({ name }) => typeof name === 'string',
  'price.amountMinor': ({ price }) => isWhole(price?.['amountMinor'], 1, Number.MAX_SAFE_INTEGER),
  'price.currency': ({ price }) => /^[A-Z]{3}$/.test(String(price?.['currency'])),
  'period.count': ({ period }) => isWhole(period?.['count'], 1, countMax),
  'period.unit': ({ period }) => ['day', 'month', 'year'].includes(String(period?.['unit'])),
  features: ({ features }) => Array.isArray(features) && features.every(isText),
  limits: ({ limits }) => limits == null || areLimits(limits),
  createdAt: ({ createdAt }) => createdAt instanceof Date,
  updatedAt: ({ updatedAt }) => updatedAt instanceof Date,
};

const wrongFields = (row: TariffRow): readonly string[] =>
  Object.entries(rules).flatMap(([field, isRight]) => (isRight(row) ? [] : [field]));

function tariffOf({ _id: id, createdAt, updatedAt, ...row }: TariffRow): CatalogueTariff {
  const { version, alias, name, price, period, features, limits, sale } = row;
  const limited = limits == null ? {} : { limits };
  const dates = { createdAt: createdAt.getTime(), updatedAt: updatedAt.getTime() };
  return { id, version, alias, name, price, period, features, ...limited, sale, ...dates };
}

/**
 * The rows that are for sale. A row that is wrong is not, so that its buyers are refused and not failed; an error line comes once
 * for each state of the row.
 */
export function createSoldTariffs(log: Pick<Log, 'error'>): (rows: readonly TariffRow[]) => readonly CatalogueTariff[] {
  const reported = createRecent<string, string>(reportedMax);
  return (rows) =>
    rows.flatMap((row) => {
      if (row.isSold === false) return [];
      const wrong = wrongFields(row).join(', ');
      if (wrong === '') return [tariffOf(row)];
      if (reported.get(row._id) !== wrong)
        log.error('a tariff is wrong and is not sold', { tariffId: row._id, detail: wrong });
      reported.set(row._id, wrong);
      return [];
    });
}
