import type { Catalogue, PaySystem } from '../ports/catalogue.ts';
import type { Shop } from '../ports/shop.ts';

/** The methods that operators have chosen to offer; null where they have chosen none. */
function chosenMethods({ data }: PaySystem): readonly unknown[] | null {
  const { payment_methods: chosen } = data;
  return Array.isArray(chosen) ? chosen : null;
}

/** The pay system with the methods that its shop takes; null where nothing can be paid by it. */
function offered(paySystem: PaySystem, shop: Shop): PaySystem | null {
  if (!shop.isEnabled) return null;
  if (shop.paymentMethods === null) return paySystem;
  const chosen = chosenMethods(paySystem);
  const methods = shop.paymentMethods.filter((method) => chosen?.includes(method) ?? true);
  return methods.length === 0 ? null : { ...paySystem, data: { ...paySystem.data, payment_methods: methods } };
}

/**
 * The pay systems by which something can be bought now. Until the provider has said what our shop takes they are as they
 * are configured. Methods that were saved before stay, whatever the shop takes.
 */
export async function readPaySystems(
  catalogue: Pick<Catalogue, 'listPaySystems'>,
  shop: Shop | null,
): Promise<readonly PaySystem[]> {
  const configured = await catalogue.listPaySystems();
  if (shop === null) return configured;
  return configured.flatMap((one) => (one.alias === shop.paySystem ? (offered(one, shop) ?? []) : one));
}
