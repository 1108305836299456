import type { Money } from './money.ts';

export type PeriodUnit = 'day' | 'month' | 'year';

/** How long one paid period lasts, in calendar units of the business time zone. */
export type PeriodLength = { readonly count: number; readonly unit: PeriodUnit };

export const limitNames = ['streams', 'devices', 'profiles', 'maxHeight'] as const;

/** How much may be used at once, and the tallest picture, in lines. An absent limit is none that billing knows of. */
export type Limits = Partial<Readonly<Record<(typeof limitNames)[number], number>>>;

/** What is sold. A subscription pins a copy, so a later price change concerns new purchases only. */
export type Tariff = {
  readonly id: string;
  readonly version: number;
  readonly alias: string;
  readonly name: string;
  readonly price: Money;
  readonly period: PeriodLength;
  readonly features: readonly string[];
  /** Absent where it has none. */
  readonly limits?: Limits;
};
