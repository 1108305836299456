/** How tariffs are listed and compared. Pure. */
const units = ['month', 'year', 'day'];

/** Months first: most people choose one. A day is for trying it. */
export const sortTariffs = (tariffs) =>
  [...tariffs].sort(
    (one, other) =>
      units.indexOf(one.period_unit) - units.indexOf(other.period_unit) || one.cost_minor - other.cost_minor,
  );

/** What a tariff of years costs less than the same by the month: `{amountMinor, part}`, or null where it does not. */
export function savingOf(tariff, tariffs) {
  if (tariff.period_unit !== 'year') return null;
  const isSame = (other) =>
    other.period_unit === 'month' &&
    other.period === 1 &&
    other.currency === tariff.currency &&
    JSON.stringify(other.features) === JSON.stringify(tariff.features);
  const monthly = tariffs.find(isSame);
  if (monthly === undefined) return null;
  const byMonth = monthly.cost_minor * 12 * tariff.period;
  const amountMinor = byMonth - tariff.cost_minor;
  return amountMinor > 0 ? { amountMinor, part: amountMinor / byMonth } : null;
}
