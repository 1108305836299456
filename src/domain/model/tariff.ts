import type { Money } from './money.ts';

export type PeriodUnit = 'day' | 'month' | 'year';

/** How long one paid period lasts, in calendar units of the business time zone. */
export type PeriodLength = { readonly count: number; readonly unit: PeriodUnit };

/** What is sold. A subscription keeps its own pinned copy, so a later price change never touches who already bought. */
export type Tariff = {
  readonly id: string;
  readonly version: number;
  readonly alias: string;
  readonly name: string;
  readonly price: Money;
  readonly period: PeriodLength;
  readonly features: readonly string[];
};
