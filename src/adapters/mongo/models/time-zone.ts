import { createCollection, required } from './schema.ts';

export type TimeZoneRow = { readonly _id: 'current'; readonly name: string };

/** One row: where the months and days of every stored subscription are counted. */
export const timeZone = createCollection<TimeZoneRow>('time_zone', {
  /** Always `current`. */
  _id: required(String),
  /** As `BUSINESS_TIME_ZONE` names it. */
  name: required(String),
});
