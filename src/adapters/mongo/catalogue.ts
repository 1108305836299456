import type { Catalogue, CatalogueTariff, PaySystem } from '../../application/ports/catalogue.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { Models } from './models/open-models.ts';
import type { PaySystemRow } from './models/pay-systems.ts';
import type { TariffRow } from './models/tariffs.ts';
import { askStore } from './store-fault.ts';

/** An operator's change shows within this time; until then no purchase has to ask the database what is sold. */
const cachedMs = 3_000;
/** A catalogue is a page long; more is a mistake that must not fill the memory. */
const rowsMax = 500;

/** The last answer, and one question at a time when it is too old. A failed question is asked again, never remembered. */
function cached<T>(clock: Pick<Clock, 'monotonicMs'>, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = clock.monotonicMs();
    if (last !== null && now - last.at < cachedMs) return last.answer;
    const question = { at: now, answer: ask() };
    last = question;
    question.answer.catch(() => {
      if (last === question) last = null;
    });
    return question.answer;
  };
}

export function createCatalogue({ tariffs, paySystems }: Models, clock: Pick<Clock, 'monotonicMs'>): Catalogue {
  const listTariffs = cached(clock, () =>
    askStore(async () => {
      const rows = await tariffs.find().sort({ 'price.amountMinor': 1, _id: 1 }).limit(rowsMax).lean<TariffRow[]>();
      return rows.map(({ _id: id, createdAt, updatedAt, ...row }): CatalogueTariff => ({
        ...row,
        id,
        createdAt: createdAt.getTime(),
        updatedAt: updatedAt.getTime(),
      }));
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
      const { id, version, alias, name, price, period, features } = found;
      return { id, version, alias, name, price, period, features };
    },
    findPaySystem: async (alias) => (await listPaySystems()).find((paySystem) => paySystem.alias === alias) ?? null,
  };
}
