import type { Amount } from './types.ts';

const decimal = /^\d{1,12}(\.\d{1,2})?$/;

/** Reads a decimal amount into kopecks. Numbers count too: the provider's own examples contain some. */
export function parseMinor(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !decimal.test(text)) return null;
  const [whole = '0', fraction = ''] = text.split('.');
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}

export const formatAmount = (amountMinor: number, currency: string): Amount => ({
  value: `${Math.floor(amountMinor / 100)}.${String(amountMinor % 100).padStart(2, '0')}`,
  currency,
});

/** Reads an amount that the sandbox itself wrote. */
export const minorOf = (amount: Amount): number => parseMinor(amount.value) ?? 0;

const commissionPerMille = 35;
const vatPercent = 22;

/** What the shop receives: minus 3.5 % commission and the VAT on it (of 100.00, 95.73, as seen live). */
export function incomeMinor(amountMinor: number): number {
  const commissionMinor = Math.round((amountMinor * commissionPerMille) / 1000);
  return amountMinor - commissionMinor - Math.round((commissionMinor * vatPercent) / 100);
}
