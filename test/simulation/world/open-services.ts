import { systemIds } from '../../../src/adapters/system/ids.ts';
import { createBackground } from '../../../src/application/services/background.ts';
import { handleDuplicate } from '../../../src/application/operations/handle-duplicate.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import type { KeptDeadLetter } from '../../../src/application/ports/dead-letters.ts';
import type { DeclaredRestore } from '../../../src/application/ports/epochs.ts';
import type { Catalogue, CatalogueTariff } from '../../../src/application/ports/catalogue.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { Log, LogFields } from '../../../src/application/ports/log.ts';
import { silentMeter } from '../../../src/application/ports/meter.ts';
import type { PaymentProvider } from '../../../src/application/ports/payment-provider.ts';
import type { ProviderList } from '../../../src/application/ports/provider-list.ts';
import { createRelay } from '../../../src/application/outbox/relay.ts';
import type { Tariff } from '../../../src/domain/model/tariff.ts';
import { defaultPolicy, type Policy, policyWith } from '../../../src/domain/model/policy.ts';
import { createMessageFactory } from '../../../src/messages/message-factory.ts';
import type { Aim } from '../faults/aim.ts';
import { accountId } from '../provider/provider-ledger.ts';
import type { BlockedStore } from './blocked-store.ts';
import type { Database } from './database.ts';
import type { KeyRings } from './key-rings.ts';
import type { Machine } from './machine.ts';
import type { SimulatedLog } from './message-log.ts';
import type { World } from './world.ts';

const tariff = (
  alias: string,
  amountMinor: number,
  count: number,
  unit: 'day' | 'month' | 'year',
): CatalogueTariff => ({
  ...{ id: `tariff-${alias}`, version: 1, alias, name: alias, price: { amountMinor, currency: 'RUB' } },
  ...{ period: { count, unit }, features: ['hd'], limits: { streams: count }, createdAt: 0, updatedAt: 0, sale: {} },
});

export const tariffs = {
  day: tariff('day', 2_900, 1, 'day'),
  week: tariff('week', 9_900, 7, 'day'),
  month: tariff('month', 29_900, 1, 'month'),
  quarter: tariff('quarter', 79_900, 3, 'month'),
  year: tariff('year', 299_000, 1, 'year'),
} as const;
const paySystem = { id: 'p', name: 'ЮKassa', alias: 'yookassa', currencyCode: 'RUB', data: {} };

/** What is on sale now, by its id. Prices rise with every version: a subscription keeps the price that it was bought at. */
export function createPrices(world: World, priceHoldsMs: number): (tariffId: string) => Tariff | null {
  const since = world.scheduler.now();
  const current = (listed: CatalogueTariff): Tariff => {
    const version = 1 + Math.floor((world.scheduler.now() - since) / priceHoldsMs);
    const { id, alias, name, price, period, features, limits = {} } = listed;
    const amountMinor = price.amountMinor + (version - 1) * 1_000;
    return { id, version, alias, name, price: { ...price, amountMinor }, period, features, limits };
  };
  return (tariffId) => {
    const listed = Object.values(tariffs).find(({ id }) => id === tariffId);
    return listed === undefined ? null : current(listed);
  };
}

export const createCatalogue = (tariffOf: (tariffId: string) => Tariff | null): Catalogue => ({
  listTariffs: () => Promise.resolve(Object.values(tariffs)),
  findTariff: (id) => Promise.resolve(tariffOf(id)),
  listPaySystems: () => Promise.resolve([paySystem]),
  findPaySystem: (alias) => Promise.resolve(alias === paySystem.alias ? paySystem : null),
});

type Rules = Pick<World, 'receipts' | 'chargingHours' | 'timeZone' | 'provider'>;

export const policyOf = ({ receipts, chargingHours, timeZone, provider }: Rules): Policy =>
  policyWith(provider.numbers, { ...defaultPolicy, receipts, chargingHours, timeZone });

/** The dead letters that staff replay, by id. */
export type Letters = ReadonlyMap<string, KeptDeadLetter>;

const messageFactory = createMessageFactory();
const quiet = (): void => undefined;

/** Drops the log lines, of which thousands of lives write too many. But a logged failure that is no outage is a bug. */
function logOf(world: World): Log {
  const judge: Log['warn'] = (message, _fields, cause) => {
    if (cause !== undefined && !(cause instanceof Fault))
      world.breach('something throws', null, `${message}: ${cause instanceof Error ? cause.message : typeof cause}`);
  };
  const error: Log['error'] = (message, fields, cause) => {
    const { rule, subjectId } = (fields ?? {}) as LogFields;
    const alarm = `${String(rule)} ${String(subjectId)}`;
    if (rule !== undefined) world.alarms.set(alarm, (world.alarms.get(alarm) ?? 0) + 1);
    judge(message, {}, cause);
  };
  return { error, warn: judge, info: quiet, debug: quiet };
}

/** The real services of one machine: rules, use cases and relay, over what the simulation stands in for. */
export function openServices(
  world: World,
  machine: Machine,
  outside: {
    readonly database: Database;
    readonly log: SimulatedLog;
    readonly blocked: BlockedStore;
    readonly provider: PaymentProvider;
    readonly providerList: ProviderList;
    readonly catalogue: Catalogue;
    readonly rings: KeyRings;
    readonly letters: Letters;
    readonly aim: Pick<Aim, 'overStore'>;
    /** The last restore that was declared. */
    readonly restored: () => DeclaredRestore | null;
  },
): CoreServices {
  const { clock } = machine;
  const log = logOf(world);
  const store = outside.aim.overStore(machine, outside.database.storeOf(machine));
  const readModels = outside.database.readModelsOf(machine, ({ userId, row }) =>
    handleDuplicate(services, userId, row),
  );
  const publisher = outside.log.publisherOf(machine);
  const services: CoreServices = {
    ...{
      clock,
      log,
      meter: silentMeter,
      policy: policyOf(world),
      ids: systemIds,
      epoch: outside.restored,
      store,
      catalogue: outside.catalogue,
      publisher,
      messageFactory,
    },
    cipher: outside.rings.ringOf(machine),
    userCiphers: outside.rings.userCiphers,
    past: readModels.decisions,
    books: readModels.books,
    walks: outside.database.walks,
    blockedKeys: outside.blocked.of(machine),
    // No group of the simulation reads the topic of dead letters.
    deadLetters: { keep: () => Promise.resolve(), find: (id) => Promise.resolve(outside.letters.get(id) ?? null) },
    noticeReports: outside.database.noticeReportsOf(machine),
    provider: outside.provider,
    providerList: outside.providerList,
    shop: { accountId, test: true },
    relay: createRelay({ store, readModels: readModels.writer, publisher, log, clock }),
    testClocks: null,
    randomId: world.random.id,
    background: createBackground(clock, log),
  };
  return services;
}
