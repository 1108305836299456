import type { Money } from '../../../../domain/model/money.ts';
import type { Limits, PeriodLength, Tariff } from '../../../../domain/model/tariff.ts';
import { createPart, type Fields, optional, required, text } from '../schema.ts';

export const money = createPart<Money>({
  /** Minor units of the currency (kopecks), an integer. */
  amountMinor: required(Number),
  /** ISO 4217 code. */
  currency: required(String),
});

export const period = createPart<PeriodLength>({
  /** How many units one paid period lasts. */
  count: required(Number),
  /** `day`, `month` or `year`, of the business time zone's calendar. */
  unit: required(String),
});

/** How much may be used at once. */
export const limits = createPart<Limits>({
  /** Films that play at the same time. */
  streams: optional(Number),
  /** Devices that are signed in. */
  devices: optional(Number),
  /** Profiles of one user. */
  profiles: optional(Number),
  /** The tallest picture, in lines. */
  maxHeight: optional(Number),
});

/** A tariff without its id, which the catalogue keeps as `_id`. */
export const tariffFields: Fields<Omit<Tariff, 'id'>> = {
  /** Counts the changes of the tariff. */
  version: required(Number),
  /** The name by which programs know the tariff. */
  alias: required(String),
  /** The name that subscribers read. */
  name: text,
  /** The price of one period. */
  price: required(money),
  /** The length of one period. */
  period: required(period),
  /** What the tariff gives access to. */
  features: required([String] as const),
  /** How much of it; absent where the tariff has no limits. */
  limits: optional(limits),
};

/** The copy that a purchase pins, so that a later price does not change it. */
export const tariff = createPart<Tariff>({
  /** The tariff's `_id` in the catalogue. */
  id: required(String),
  ...tariffFields,
});
