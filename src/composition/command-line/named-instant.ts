import type { Instant } from '../../domain/model/instant.ts';
import { parseInstant } from '../../messages/parse-instant.ts';

/** The day or time that a person names on a command line; NaN where there is none, as on 31 February. */
export function namedInstant(text: string): Instant {
  const [day = '', time = '00:00Z'] = text.split('T');
  const full = /^\d\d:\d\dZ$/.test(time) ? time.replace('Z', ':00Z') : time;
  return parseInstant(`${day}T${full}`) ?? NaN;
}
