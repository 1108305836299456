import type { Catalogue, CatalogueTariff, PaySystem } from '../../src/application/ports/catalogue.ts';

/** A catalogue of fixed lists; a list that is not given is empty. */
export function createMemoryCatalogue(
  tariffs: readonly CatalogueTariff[],
  paySystems: readonly PaySystem[],
): Catalogue {
  const cheapestFirst = [...tariffs].sort(
    (a, b) => a.price.amountMinor - b.price.amountMinor || (a.id < b.id ? -1 : 1),
  );
  return {
    listTariffs: () => Promise.resolve(structuredClone(cheapestFirst)),
    findTariff: (id) => {
      const found = cheapestFirst.find((tariff) => tariff.id === id);
      if (found === undefined) return Promise.resolve(null);
      const { version, alias, name, price, period, features, limits } = structuredClone(found);
      const tariff = { id, version, alias, name, price, period, features };
      return Promise.resolve(limits === undefined ? tariff : { ...tariff, limits });
    },
    listPaySystems: () =>
      Promise.resolve(structuredClone([...paySystems].sort((a, b) => (a.alias < b.alias ? -1 : 1)))),
    findPaySystem: (alias) =>
      Promise.resolve(structuredClone(paySystems.find((paySystem) => paySystem.alias === alias)) ?? null),
  };
}
