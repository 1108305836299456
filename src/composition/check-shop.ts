import type { Shop } from '../application/ports/shop.ts';
import type { Config } from '../config.ts';

/** Objects of the provider are believed only where they belong to this shop. */
export const expectedShop = (config: Pick<Config, 'YOOKASSA_SHOP_ID' | 'BILLING_ENV'>) => ({
  accountId: config.YOOKASSA_SHOP_ID,
  test: config.BILLING_ENV !== 'production',
});

/** By which settings the shop at the provider is not the one that the configuration means. */
export function foreignShop(shop: Shop, expected: ReturnType<typeof expectedShop>): readonly string[] {
  const account =
    shop.accountId === expected.accountId
      ? []
      : [`YOOKASSA_SHOP_ID is ${expected.accountId}, and the provider says that the key belongs to ${shop.accountId}`];
  if (shop.isTest === expected.test) return account;
  const [is, must] = shop.isTest ? ['a test store', 'a real shop'] : ['a real shop', 'a test store'];
  return [...account, `YOOKASSA_SHOP_ID is ${is} by the provider's word, and BILLING_ENV wants ${must}`];
}

/** Both ways round receipts are missing. With the first the provider refuses every payment, with the second it takes them. */
export function wrongReceipts({ makesReceipts }: Shop, receipts: Config['RECEIPTS']): readonly string[] {
  if (makesReceipts && receipts === 'off')
    return ['RECEIPTS is off, and the shop makes receipts: the provider refuses payments without one'];
  if (!makesReceipts && receipts !== 'off')
    return [`RECEIPTS is ${receipts}, and the shop makes none: switch fiscalization on in the provider's cabinet`];
  return [];
}
