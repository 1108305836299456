/** The rules of each way to pay that a test store offers: cards and the wallet, nothing else. */
export type MethodRule = { readonly type: string; readonly maxMinor: number; readonly holdMs: number };

const DAY_MS = 24 * 60 * 60 * 1000;

const METHOD_RULES: readonly MethodRule[] = [
  { type: 'bank_card', maxMinor: 350_000_00, holdMs: 7 * DAY_MS },
  { type: 'yoo_money', maxMinor: 250_000_00, holdMs: 7 * DAY_MS },
];

export const MIN_PAYMENT_MINOR = 100;
/** A page that nobody pays ends after this time, by the payment's clock. */
export const PAGE_LIFE_MS = 60 * 60 * 1000;
/** Lists and refunds reach back this far. */
export const HISTORY_MS = 3 * 365 * DAY_MS;
export const offeredMethods: readonly string[] = METHOD_RULES.map((rule) => rule.type);
export const methodRule = (type: string): MethodRule | undefined => METHOD_RULES.find((rule) => rule.type === type);
/** The wallet of the test store's only user. */
export const WALLET_NUMBER = '410011758831136';
