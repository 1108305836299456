import { createClocks, type Clocks } from './clock.ts';
import type { Config, Shop } from './config.ts';
import { createFaults, type Fault, type Faults } from './faults.ts';
import { newObjectId } from './ids.ts';
import { createLoadMeter, type LoadMeter } from './load-meter.ts';
import { openJournal } from './journal.ts';
import { createNotifications, type Notifications } from './notifications.ts';
import { createReadLag, type ReadLag } from './read-lag.ts';
import { openStore, type Store } from './store.ts';
import type { JsonObject } from './types.ts';

/** Everything that a handler may use. `baseUrl` is the address of its hosted pages. */
export type Sandbox = {
  readonly config: Config;
  readonly store: Store;
  readonly clocks: Clocks;
  readonly faults: Faults;
  readonly notifications: Notifications;
  readonly readLag: ReadLag;
  readonly load: LoadMeter;
  readonly baseUrl: string;
  readonly newId: typeof newObjectId;
};

/** One authenticated, parsed request of a shop. */
export type ApiRequest = {
  readonly shop: Shop;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly key: string;
  readonly sendsId: string;
  readonly clockId: string | null;
  /** The fault planned for this call, for an operation that it changes from within. */
  readonly fault: Fault | null;
};

/** The core: synchronous, with its state, time and ids passed in, so that a test can run it in its own process. */
export function createSandbox(outside: Pick<Sandbox, 'config' | 'baseUrl' | 'store' | 'clocks' | 'newId'>): Sandbox {
  const { config, clocks } = outside;
  const readLag = createReadLag(outside.store, () => clocks.realNowMs());
  const { store } = readLag;
  return {
    ...outside,
    store,
    readLag,
    notifications: createNotifications(config, store, clocks),
    faults: createFaults(),
    load: createLoadMeter(() => performance.now()),
  };
}

export function openSandbox(config: Config, baseUrl: string): Sandbox {
  const store = openStore((apply) => openJournal(config.dataDir, apply));
  return createSandbox({ config, baseUrl, store, clocks: createClocks(store, Date.now), newId: newObjectId });
}
