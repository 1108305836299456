import { hourMs } from '../../domain/model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ReadShop, Shop } from '../ports/shop.ts';
import { repeatEvery } from './repeat-every.ts';

/** A method that the shop loses is offered for an hour at most; the provider refuses it meanwhile. */
const everyMs = hourMs;

export type ShopWatch = {
  /** What the provider said last; null where it has never answered. */
  readonly known: () => Shop | null;
  /** Asks once. What is known stays where the provider gives no clear answer. */
  readonly refresh: () => Promise<Shop | null>;
  /** Asks every hour until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
};

/** Knows the shop as the provider last described it. Operators are alerted of what is wrong with it, once for each text. */
export function createShopWatch(
  { clock, log, readShop }: { readonly clock: Clock; readonly log: Pick<Log, 'error'>; readonly readShop: ReadShop },
  wrongWith: (shop: Shop) => readonly string[],
): ShopWatch {
  let known: Shop | null = null;
  let reported: readonly string[] = [];
  const refresh = async (): Promise<Shop | null> => {
    const shop = await readShop();
    if (shop === null) return null;
    const wrong = wrongWith(shop);
    for (const detail of wrong.filter((text) => !reported.includes(text)))
      log.error('the shop is not as it is configured', { detail });
    reported = wrong;
    known = shop;
    return shop;
  };
  return {
    known: () => known,
    refresh,
    run: (signal) => repeatEvery({ clock, everyMs, signal }, refresh),
  };
}
