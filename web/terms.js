import { moment, money, periodOf } from './format.js';
import { language, text } from './language.js';

/** Counted up with every change of the sentences of `sentencesOf`. */
const version = '2026-12';

/**
 * What a visitor is shown and agrees to by going on: the price of the tariff, at that moment and for every later period. The
 * service refuses it where something else would be charged.
 */
export function termsOf({ cost_minor: amountMinor, currency, period: count, period_unit: unit }, firstChargeAt) {
  const amount = { amount_minor: amountMinor, currency };
  const shown = { first_amount: amount, first_charge_at: firstChargeAt, then_amount: amount, period: { count, unit } };
  return { version, locale: language, shown: { ...shown, cancel_how: text('terms.cancel_how') } };
}

/**
 * The terms as they are shown. All of `shown` is in them, because it is kept as the evidence of what the visitor has seen.
 * `isNow`: the first charge is made by going on.
 */
export function sentencesOf({ shown }, { isNow }) {
  const { first_amount: first, first_charge_at: at, then_amount: later, period, cancel_how: cancelHow } = shown;
  const sums = {
    first: money(first),
    later: money(later),
    period: periodOf({ period: period.count, period_unit: period.unit }),
  };
  return [isNow ? text('terms.now', sums) : text('terms.later', { ...sums, date: moment(at) }), cancelHow];
}
