import { systemClock } from '../adapters/system/clock.ts';
import { randomId } from '../adapters/system/ids.ts';
import type { Shop } from '../application/ports/shop.ts';
import { Fault } from '../application/ports/faults.ts';
import { createShopWatch, type ShopWatch } from '../application/services/shop-watch.ts';
import { within } from '../application/services/within.ts';
import type { ProviderBudget } from '../application/ports/provider-budget.ts';
import { openYookassa } from './open-provider.ts';
import type { ProcessContext } from './run-process.ts';
import { expectedShop, foreignShop, wrongReceipts } from './check-shop.ts';

/** An API that knows nothing of its shop sells as it is configured, so it does not wait longer for the provider. */
const firstAnswerMs = 5_000;

/**
 * Opens the watch of the shop. The process does not start where the provider says that the shop is another one than
 * configured: every payment would contradict our books. A provider that does not answer keeps no process from starting.
 */
export async function openShop(
  context: Pick<ProcessContext, 'config' | 'log' | 'closers'>,
  budget: ProviderBudget,
): Promise<ShopWatch> {
  const { config, log, closers } = context;
  // It asks the provider once an hour, so it holds no share in between.
  const { readShop } = await openYookassa(context, { budget, id: randomId(), rests: false });
  const foreign = (shop: Shop) => foreignShop(shop, expectedShop(config));
  const watch = createShopWatch({ clock: systemClock, log, readShop }, (shop) => [
    ...foreign(shop),
    ...wrongReceipts(shop, config.RECEIPTS),
  ]);
  const shop = await within({ clock: systemClock, ms: firstAnswerMs }, watch.refresh, () => null);
  const [refusal] = shop === null ? [] : foreign(shop);
  if (refusal !== undefined) throw new Fault('config_invalid', refusal, { retryable: false });
  const stopping = new AbortController();
  const running = watch.run(stopping.signal);
  closers.add('shop', () => {
    stopping.abort();
    return running;
  });
  return watch;
}
