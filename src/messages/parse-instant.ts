import type { Instant } from '../domain/model/instant.ts';

/**
 * The instant of an RFC 3339 text, or null. 31 February passes every pattern and `Date.parse` makes it March, so the
 * written date and time must survive a round trip.
 */
export function parseInstant(text: string): Instant | null {
  const instant = Date.parse(text);
  const written = text.slice(0, 19).toUpperCase();
  const face = Date.parse(`${written}Z`);
  if (Number.isNaN(instant) || Number.isNaN(face)) return null;
  return new Date(face).toISOString().startsWith(written) ? instant : null;
}
