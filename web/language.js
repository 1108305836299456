/* global document, localStorage, location, navigator */
import { english } from './texts/en.js';
import { russian } from './texts/ru.js';

/** The language of the pages: the one chosen here last, else the browser's, else English. */
const storageKey = 'cinema-billing-language';
const tables = { en: english, ru: russian };
export const languages = Object.keys(tables);

const wanted = [localStorage.getItem(storageKey), ...navigator.languages.map((name) => name.slice(0, 2))];
export const language = wanted.find((name) => languages.includes(name)) ?? 'en';
/** English with dates and digits as they are written in Europe. */
export const locale = { en: 'en-GB', ru: 'ru-RU' }[language];

export function chooseLanguage(name) {
  localStorage.setItem(storageKey, name);
  location.reload();
}

export const hasText = (name) => Object.hasOwn(tables[language], name);

/** The text of that name. `{date}` in it is replaced by the value of that name. */
export function text(name, values = {}) {
  const found = tables[language][name];
  if (found === undefined) throw new Error(`no text ${name}`);
  return found.replaceAll(/\{(\w+)\}/g, (_all, value) => values[value]);
}

/** The text of that name, or of the other one where this code is not in the table. */
export const textOr = (name, otherwise) => text(hasText(name) ? name : otherwise);

document.documentElement.lang = language;
