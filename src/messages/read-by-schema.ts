import { Poison } from '../application/ports/faults.ts';
import type { Instant } from '../domain/model/instant.ts';
import { isInstant, mapBySchema } from './map-by-schema.ts';
import { parseInstant } from './parse-instant.ts';

/**
 * The inverse of `writeBySchema`, for a valid value: fields that the schema does not name are dropped, and instants become
 * numbers. An optional field may be missing.
 */
export const readBySchema = mapBySchema({
  scalar: (_, schema) =>
    isInstant(schema) ? (value) => (typeof value === 'string' ? instantOf(value) : value) : (value) => value,
  missing: () => undefined,
});

function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Poison('invalid_value', 'No such day in the calendar.');
  return instant;
}
