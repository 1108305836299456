/** What the provider says of our shop. */
export type Shop = {
  /** The alias of the pay system that it stands behind. */
  readonly paySystem: string;
  readonly accountId: string;
  /** Whether it takes payments at all. */
  readonly isEnabled: boolean;
  /** A test store takes no money. */
  readonly isTest: boolean;
  /** Whether the provider makes fiscal receipts for it. */
  readonly makesReceipts: boolean;
  /** The payment methods that it takes, by the provider's words; null where the provider names none. */
  readonly paymentMethods: readonly string[] | null;
};

/** Asks the provider; null where it gives no clear answer. */
export type ReadShop = () => Promise<Shop | null>;
