/** An integer of minor units (kopecks) and a currency. Never a float: rounding would lose money. */
export type Money = { readonly amountMinor: number; readonly currency: string };

const decimal = /^(\d{1,10})\.(\d{2})$/;

/** `{ amountMinor: 29900, currency }` → `"299.00"`, as the provider and the v1 API for existing clients spell it. */
export function toDecimal(money: Money): string {
  const whole = Math.floor(money.amountMinor / 100);
  const fraction = String(money.amountMinor % 100).padStart(2, '0');
  return `${whole}.${fraction}`;
}

/** `"299.00"` → minor units; null for a text that is not a decimal with exactly two places. */
export function parseDecimal(text: string): number | null {
  const match = decimal.exec(text);
  if (match === null) return null;
  return Number(match[1]) * 100 + Number(match[2]);
}

export const sameMoney = (a: Money, b: Money): boolean => a.amountMinor === b.amountMinor && a.currency === b.currency;
