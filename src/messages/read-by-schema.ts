import { Poison } from '../application/ports/faults.ts';
import type { Instant } from '../domain/model/instant.ts';
import { isInstant, mapBySchema } from './map-by-schema.ts';
import { parseInstant } from './parse-instant.ts';

/**
 * The inverse of `writeBySchema`, for a value that is valid by the schema: what a newer writer (or a hostile one) added goes
 * no further, and instants become numbers. A field that the schema leaves open may be missing.
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
