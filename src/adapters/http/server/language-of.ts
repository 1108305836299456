import type { Request } from 'express';
import { type Language, languages } from '../contract/problem-languages.ts';

/** The language that the sender prefers of those that we have: `Accept-Language`. */
export const languageOf = (request: Pick<Request, 'acceptsLanguages'>): Language =>
  languages.find((language) => language === request.acceptsLanguages([...languages])) ?? languages[0];
