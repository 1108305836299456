import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { Database } from '../world/database.ts';
import type { People } from '../world/people.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';

type Parts = {
  readonly database: Pick<Database, 'watch'>;
  readonly provider: { readonly breakDown: (ms: number) => void };
  readonly give: People['give'];
};

/** More than may wait for one payment. */
const orders = 60;
const withinMs = 5 * minuteMs;

/**
 * In one life in fifty a client orders the same again and again while the provider does not answer, so that many commands wait
 * for one payment. The dice are its own: the other lives go on as they did.
 */
export function loopOrders(world: World, { database, provider, give }: Parts, dice: Random): void {
  if (!dice.chance(1 / 50)) return;
  database.watch({
    onSave: (before, { subscriber: { userId, subscription } }) => {
      if (before !== null || world.isCalm()) return;
      provider.breakDown(Math.ceil(dice.spread(2 * withinMs, 6 * withinMs)));
      const tariffId = subscription?.tariff.id ?? 'tariff-day';
      const buy = { tariffId, paySystem: 'yookassa', renew: true, returnUrl: null, testClockId: null };
      for (let left = orders; left > 0; left -= 1)
        world.scheduler.after(dice.integer(1, withinMs), () => give({ type: 'subscription.pay', userId, ...buy }));
    },
    onPull: () => undefined,
    onChange: () => undefined,
  });
}
