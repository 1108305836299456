/** The rules of each method that a payment page of a test store offers: cards and the wallet. */
export type MethodRule = { readonly type: string; readonly maxMinor: number; readonly holdMs: number };

const dayMs = 24 * 60 * 60 * 1000;

const methodRules: readonly MethodRule[] = [
  { type: 'bank_card', maxMinor: 350_000_00, holdMs: 7 * dayMs },
  { type: 'yoo_money', maxMinor: 250_000_00, holdMs: 7 * dayMs },
];

export const minPaymentMinor = 100;
/** An unpaid page expires after this time, by the payment's clock. */
export const pageLifeMs = 60 * 60 * 1000;
/** Lists and refunds reach back this far. */
export const historyMs = 3 * 365 * dayMs;
export const offeredMethods: readonly string[] = methodRules.map((rule) => rule.type);
/** What can be saved without a payment. SBP is bound and charged here although a test store of the provider has none. */
export const boundTypes = ['bank_card', 'sbp'] as const;
/** Every kind by which the provider filters a list, also those that are gone. */
export const methodTypes: readonly string[] =
  'bank_card cash alfabank webmoney wechat apple_pay google_pay qiwi installments yoo_money sberbank mobile_balance b2b_sberbank tinkoff_bank sbp sber_loan electronic_certificate sber_bnpl alfa_pay'.split(
    ' ',
  );
export const methodRule = (type: string): MethodRule | undefined => methodRules.find((rule) => rule.type === type);
/** The wallet of the test store's only user. */
export const walletNumber = '410011758831136';
/** The only bank of the sandbox in which an account can be linked by SBP. */
export const sbpBank = { bank_id: '100000000111', bic: '044525225' };
