import { createClocks, type Clocks } from './clock.ts';
import type { Config, Shop } from './config.ts';
import { createFaults, type Fault, type Faults } from './faults.ts';
import { createNotifications, type Notifications } from './notifications.ts';
import { openStore, type Store } from './store.ts';
import type { JsonObject } from './types.ts';

/** Everything a handler may touch. `baseUrl` is where its hosted pages are. */
export type Sandbox = {
  readonly config: Config;
  readonly store: Store;
  readonly clocks: Clocks;
  readonly faults: Faults;
  readonly notifications: Notifications;
  readonly baseUrl: string;
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
  /** What is planned for this call, for an operation that it changes from within. */
  readonly fault: Fault | null;
};

export function openSandbox(config: Config, baseUrl: string): Sandbox {
  const store = openStore(config.dataDir);
  const clocks = createClocks(store);
  const notifications = createNotifications(config, store, clocks);
  return { config, store, clocks, notifications, faults: createFaults(), baseUrl };
}
