import type { Amount } from './types.ts';

const DECIMAL = /^\d{1,12}(\.\d{1,2})?$/;

/** Reads a decimal amount into kopecks. Numbers are taken too: the vendor's own examples contain some. */
export const parseMinor = (value: unknown): number | null => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !DECIMAL.test(text)) return null;
  const [whole = '0', fraction = ''] = text.split('.');
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
};

export const formatAmount = (amountMinor: number, currency: string): Amount => ({
  value: `${Math.floor(amountMinor / 100)}.${String(amountMinor % 100).padStart(2, '0')}`,
  currency,
});

/** Reads an amount that the sandbox itself wrote. */
export const minorOf = (amount: Amount): number => parseMinor(amount.value) ?? 0;

const COMMISSION_PER_MILLE = 35;
const VAT_PERCENT = 22;

/** What reaches the shop: minus 3.5 % commission, minus VAT on the commission (100.00 leaves 95.73, as seen live). */
export const incomeMinor = (amountMinor: number): number => {
  const commissionMinor = Math.round((amountMinor * COMMISSION_PER_MILLE) / 1000);
  return amountMinor - commissionMinor - Math.round((commissionMinor * VAT_PERCENT) / 100);
};
