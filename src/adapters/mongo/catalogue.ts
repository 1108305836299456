import type { Catalogue, PaySystem } from '../../application/ports/catalogue.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import type { Models } from './models/open-models.ts';
import type { PaySystemRow } from './models/pay-systems.ts';
import type { TariffRow } from './models/tariffs.ts';
import { createSoldTariffs } from './sold-tariffs.ts';
import { askStore } from './store-fault.ts';

/** How long an answer is reused, so that purchases need no query. A change by an operator shows within this time. */
const cachedMs = 3_000;
/** Bounds the memory. A real catalogue has tens of rows. */
const rowsMax = 500;

/** Reuses the last answer until it is too old. Callers of one moment share one query. A failed query is not cached. */
function cached<T>(clock: Pick<Clock, 'monotonicMs'>, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = clock.monotonicMs();
    if (last !== null && now - last.at < cachedMs) return last.answer;
    const query = { at: now, answer: ask() };
    last = query;
    query.answer.catch(() => {
      if (last === query) last = null;
    });
    return query.answer;
  };
}

export function createCatalogue(
  { tariffs, paySystems }: Models,
  { clock, log }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly log: Pick<Log, 'error'> },
): Catalogue {
  const soldOf = createSoldTariffs(log);
  const listTariffs = cached(clock, () =>
    askStore(async () => {
      const rows = await tariffs.find().sort({ 'price.amountMinor': 1, _id: 1 }).limit(rowsMax).lean<TariffRow[]>();
      return soldOf(rows);
    }),
  );
  const listPaySystems = cached(clock, () =>
    askStore(async () => {
      const rows = await paySystems.find().sort({ alias: 1 }).limit(rowsMax).lean<PaySystemRow[]>();
      return rows.map(({ _id: id, name, alias, currencyCode, data }): PaySystem => ({
        id,
        name,
        alias,
        currencyCode,
        data,
      }));
    }),
  );
  return {
    listTariffs,
    listPaySystems,
    findTariff: async (wanted) => {
      const found = (await listTariffs()).find((tariff) => tariff.id === wanted);
      if (found === undefined) return null;
      const { id, version, alias, name, price, period, features, limits } = found;
      const tariff = { id, version, alias, name, price, period, features };
      return limits === undefined ? tariff : { ...tariff, limits };
    },
    findPaySystem: async (alias) => (await listPaySystems()).find((paySystem) => paySystem.alias === alias) ?? null,
  };
}
