import { type Money, toDecimal } from '../../domain/model/money.ts';

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json | undefined };

/** Keys in alphabetical order, without absent ones, so that the same request always has the same bytes. */
export function canonical(value: Json): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const pairs = Object.entries(value).flatMap(([name, item]) =>
    item === undefined ? [] : [`${JSON.stringify(name)}:${canonical(item)}`],
  );
  return `{${pairs.sort().join(',')}}`;
}

export const amountOf = (money: Money): Json => ({ value: toDecimal(money), currency: money.currency });

/** Truncating may split a surrogate pair; `toWellFormed` replaces the half that remains. */
export const truncate = (text: string, lengthMax: number): string => text.slice(0, lengthMax).toWellFormed();
