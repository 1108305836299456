import { formatAmount, minorOf } from './money.ts';
import type { Amount } from './types.ts';

type Told = { readonly amount?: Amount; readonly items?: readonly Told[] };

const offByMinor = 100;

const off = (told: Told): Told => ({
  ...told,
  ...(told.amount === undefined
    ? {}
    : { amount: formatAmount(minorOf(told.amount) + offByMinor, told.amount.currency) }),
  ...(told.items === undefined ? {} : { items: told.items.map(off) }),
});

/** An answer that tells one unit too much of every payment and refund in it; what is kept stays right. */
export const moneyOff = (body: string): string => JSON.stringify(off(JSON.parse(body) as Told));
