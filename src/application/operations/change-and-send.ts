import { reserveCreated } from '../../domain/payment/decide-reservation.ts';
import { type About, changeSubscriber, type Decide } from '../change/change-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Handled } from '../ports/consumer.ts';
import type { ReadOptions } from '../change/read-subscriber.ts';
import { runEffects } from './run-effects.ts';
import { acquireCallSlot, changeAndReserve } from './send-operation.ts';

/**
 * A change that may open a payment. With a free call slot, one save holds the payment and its first reservation, and the
 * payment is sent at once. Without one the payment is saved alone, and the status-check timer sends it soon.
 */
export async function changeAndSend(
  services: CoreServices,
  about: About & ReadOptions,
  decide: Decide,
): Promise<Handled> {
  const callSlot = acquireCallSlot(services);
  const { changed, reserved } =
    callSlot === null
      ? { changed: await changeSubscriber(services, about, decide), reserved: null }
      : await changeAndReserve(services, about, callSlot, async (state, context, saved) =>
          reserveCreated(state, await decide(state, context, saved), context),
        );
  await runEffects(services, about, changed.effects, reserved);
  return changed.kind === 'ignored' ? { kind: 'ignored', reason: changed.reason } : { kind: 'handled' };
}
