import { decideDuplicate } from '../../domain/payment/decide-duplicate.ts';
import type { Payment } from '../../domain/model/payment.ts';
import { changeSubscriber } from '../change/change-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';
import { Fault } from '../ports/faults.ts';
import { runEffects } from './run-effects.ts';

/**
 * The read model found a second captured payment of a period; the document refunds it.
 * 1. Resolves when refund, hold and event are saved. Until then the outbox entry with the duplicate stays, and after a
 *    crash the sweep reports it again.
 * 2. A bug is logged and not thrown: it would fail the relay round, and with it the facts of other users.
 */
export async function handleDuplicate(services: CoreServices, userId: string, payment: Payment): Promise<void> {
  const trace = { correlationId: services.randomId(), causationId: payment.id };
  const about = { userId, paymentId: payment.id };
  try {
    const changed = await changeSubscriber(services, { userId, trace }, (state, context) =>
      decideDuplicate(state, payment, context),
    );
    if (changed.kind === 'ignored') return;
    services.log.error('a period was paid for twice', about);
    services.background.track(runEffects(services, { userId, trace }, changed.effects));
  } catch (cause) {
    if (cause instanceof Fault && cause.retryable) throw cause;
    services.log.error('a period was paid for twice, and was not refunded', about, cause);
  }
}
