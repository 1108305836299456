import type { Instant } from '../domain/model/instant.ts';

/**
 * The moment that an RFC 3339 text names, or null. A day like 31 February passes every pattern and would silently become
 * March, so the clock face that is written must be one that the calendar has.
 */
export function parseInstant(text: string): Instant | null {
  const instant = Date.parse(text);
  const written = text.slice(0, 19).toUpperCase();
  const face = Date.parse(`${written}Z`);
  if (Number.isNaN(instant) || Number.isNaN(face)) return null;
  return new Date(face).toISOString().startsWith(written) ? instant : null;
}
