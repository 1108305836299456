import { language, text } from './language.js';

/** Counted up with every change of the sentences beside a price. */
const version = '2026-11';

/**
 * What a visitor was shown and agrees to by going on: the price of the tariff, now and for every later period, from that moment
 * on. The service refuses it where something else would be charged.
 */
export function termsOf({ cost_minor: amountMinor, currency, period: count, period_unit: unit }, firstChargeAt) {
  const amount = { amount_minor: amountMinor, currency };
  const shown = { first_amount: amount, first_charge_at: firstChargeAt, then_amount: amount, period: { count, unit } };
  return { version, locale: language, shown: { ...shown, cancel_how: text('tariffs.how_to_cancel') } };
}
