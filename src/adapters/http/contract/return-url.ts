import { invalid } from './problem.ts';

/** What the command's message holds; a path in Cyrillic grows sixfold when it is encoded. */
const lengthMax = 2_048;

/** Readers of addresses differ in what they make of these: some drop them, some take a backslash for a slash. */
const ambiguous = /[\\\p{Cc}]|^\s|\s$/u;

/**
 * The one spelling of a return address, with everything encoded. It is parsed once: what is judged here is what the provider
 * and browsers get. Throws 422/4000.
 */
export function parseReturnUrl(text: string, origins: readonly string[]): string {
  if (ambiguous.test(text))
    throw invalid('body/return_url must be free of backslashes, control characters and blanks around it');
  const url = URL.parse(text);
  if (url === null || !origins.includes(url.origin) || url.username !== '' || url.password !== '') {
    throw invalid('body/return_url must begin with a listed origin');
  }
  if (url.href.length > lengthMax)
    throw invalid(`body/return_url must have at most ${lengthMax} characters when encoded`);
  return url.href;
}
