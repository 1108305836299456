import type { PeriodLength, Tariff } from './tariff.ts';

/** Russian plural forms: one, few, many. Subscribers read the text on the provider's page and on their bank statement. */
const unitForms: Readonly<Record<PeriodLength['unit'], readonly [string, string, string]>> = {
  day: ['день', 'дня', 'дней'],
  month: ['месяц', 'месяца', 'месяцев'],
  year: ['год', 'года', 'лет'],
};

function plural(count: number, forms: readonly [string, string, string]): string {
  const tens = count % 100;
  const ones = count % 10;
  if (tens >= 11 && tens <= 14) return forms[2];
  if (ones === 1) return forms[0];
  return ones >= 2 && ones <= 4 ? forms[1] : forms[2];
}

/** The purpose of a payment: `Подписка «Base» на 1 месяц`. */
export const describePurchase = (tariff: Tariff): string =>
  `Подписка «${tariff.name}» на ${tariff.period.count} ${plural(tariff.period.count, unitForms[tariff.period.unit])}`;
