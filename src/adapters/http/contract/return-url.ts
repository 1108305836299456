import { invalidAt } from './problem.ts';

/** The limit of the command's message. A path in Cyrillic grows sixfold when it is encoded. */
const lengthMax = 2_048;

const place = 'body/return_url';

/** Parsers of URLs differ in these: some drop them, some read a backslash as a slash. */
const ambiguous = /[\\\p{Cc}]|^\s|\s$/u;

/**
 * The canonical spelling of a return address. It is parsed once: the provider and browsers get what is checked here, so
 * they cannot read another origin in it. Throws 422/4000.
 */
export function parseReturnUrl(text: string, origins: readonly string[]): string {
  if (ambiguous.test(text))
    throw invalidAt(place, 'must be free of backslashes, control characters and blanks around it');
  const url = URL.parse(text);
  // The origin alone is not enough: a `blob:` address has that of the address inside it, and names may stand before a host.
  if (url === null || !origins.includes(url.origin) || !url.href.startsWith(`${url.origin}/`)) {
    throw invalidAt(place, 'must begin with a listed origin');
  }
  if (url.href.length > lengthMax) throw invalidAt(place, `must have at most ${lengthMax} characters when encoded`);
  return url.href;
}
