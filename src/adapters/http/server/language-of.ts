import type { Request } from 'express';
import { type Language, languages } from '../contract/problem-languages.ts';

/** The language that the sender prefers of those that we have: `Accept-Language`. */
export function languageOf(request: Pick<Request, 'acceptsLanguages'>): Language {
  const preferred = request.acceptsLanguages([...languages]);
  return languages.find((language) => language === preferred) ?? languages[0];
}
