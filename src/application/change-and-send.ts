import { reserveCreated } from '../domain/payment/decide-reservation.ts';
import { type Changed, changeSubscriber, type Decide } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/consumer.ts';
import type { Trace } from './ports/message-factory.ts';
import { runEffects } from './run-effects.ts';
import { acquireCallSlot } from './send-operation.ts';

type About = { readonly userId: string; readonly trace: Trace; readonly testClockId?: string | null };

/**
 * A change that may open a payment: with a call slot in hand, the payment and its first reservation are one save, and it
 * is sent at once. Without a slot the payment is saved alone and announced again soon.
 */
export async function changeAndSend(services: CoreServices, about: About, decide: Decide): Promise<Handled> {
  const held = acquireCallSlot(services);
  let changed: Changed;
  try {
    changed = await changeSubscriber(
      services,
      about.userId,
      async (state, context, saved) => {
        const decision = await decide(state, context, saved);
        return held === null ? decision : reserveCreated(state, decision, context);
      },
      about,
    );
  } catch (error) {
    held?.slot.release();
    throw error;
  }
  await runEffects(services, about, changed, held);
  return changed.kind === 'ignored' ? { kind: 'ignored', reason: changed.reason } : { kind: 'handled' };
}
