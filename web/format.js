import { element } from './dom.js';
import { hasText, locale, text } from './language.js';

/** Money, dates and names for people, written the same way on every page. */
const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' });
const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
const dateAlone = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const dateAndSecond = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const share = new Intl.NumberFormat(locale, { style: 'percent' });

export const percent = (part) => share.format(part);

export function money({ amount_minor: amountMinor, currency }) {
  return `${number.format(amountMinor / 100)}\u00a0${currency === 'RUB' ? '₽' : currency}`;
}
export const priceOf = ({ cost_minor: amountMinor, currency }) => money({ amount_minor: amountMinor, currency });

/** The dates of sentences, as text. A short one is not broken into lines. */
export const moment = (iso) => dateAndTime.format(new Date(iso));
export const day = (iso) => dateAlone.format(new Date(iso)).replaceAll(' ', '\u00a0');

function timeElement(iso, written) {
  const time = element('time', '', written);
  time.dateTime = iso;
  return time;
}
export const dayElement = (iso) => timeElement(iso, day(iso));
export const clockTime = (iso) => timeElement(iso, dateAndSecond.format(new Date(iso)));

/** `per month`, `for 3 months`. */
export function periodOf({ period, period_unit: unit }) {
  if (period === 1) return text(`period.${unit}`);
  const length = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(period);
  return text('period.many', { length });
}

/** What a tariff includes. The catalogue names it; a name that is not in the tables is shown as it is. */
export const featureOf = (name) => (hasText(`feature.${name}`) ? text(`feature.${name}`) : name.replaceAll('_', ' '));

/** `MasterCard •• 4444`; where the provider names no digits, its own title. */
export function methodName(method) {
  if (method === null) return text('methods.unknown');
  const { brand = null, last4 = null, title = null } = method;
  if (last4 === null) return title ?? text('methods.unknown');
  return `${brand ?? text('methods.card')}\u00a0••\u00a0${last4}`;
}
