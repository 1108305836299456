import { reserveCreated } from '../domain/payment/decide-reservation.ts';
import { type About, changeSubscriber, type Decide } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/consumer.ts';
import type { ReadOptions } from './read-subscriber.ts';
import { runEffects } from './run-effects.ts';
import { acquireCallSlot, changeAndReserve } from './send-operation.ts';

/**
 * A change that may open a payment: with a call slot in hand, the payment and its first reservation are one save, and it
 * is sent at once. Without a slot the payment is saved alone and announced again soon.
 */
export async function changeAndSend(
  services: CoreServices,
  about: About & ReadOptions,
  decide: Decide,
): Promise<Handled> {
  const held = acquireCallSlot(services);
  const { changed, reserved } =
    held === null
      ? { changed: await changeSubscriber(services, about, decide), reserved: null }
      : await changeAndReserve(services, about, held, async (state, context, saved) =>
          reserveCreated(state, await decide(state, context, saved), context),
        );
  await runEffects(services, about, changed.effects, reserved);
  return changed.kind === 'ignored' ? { kind: 'ignored', reason: changed.reason } : { kind: 'handled' };
}
