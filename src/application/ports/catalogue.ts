import type { Tariff } from '../../domain/model/tariff.ts';
import type { Instant } from '../../domain/model/instant.ts';

/** A tariff of the list: what is sold, and the fields of the v1 API that existing clients use. */
export type CatalogueTariff = Tariff & {
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly sale: Readonly<Record<string, unknown>>;
};

export type PaySystem = {
  readonly id: string;
  readonly name: string;
  readonly alias: string;
  readonly currencyCode: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Tariffs and payment providers. Answers may be a few seconds old. */
export type Catalogue = {
  /** By price, cheapest first. */
  readonly listTariffs: () => Promise<readonly CatalogueTariff[]>;
  readonly findTariff: (id: string) => Promise<Tariff | null>;
  readonly listPaySystems: () => Promise<readonly PaySystem[]>;
  readonly findPaySystem: (alias: string) => Promise<PaySystem | null>;
};
