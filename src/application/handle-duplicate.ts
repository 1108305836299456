import { decideDuplicate } from '../domain/payment/decide-duplicate.ts';
import type { Payment } from '../domain/model/payment.ts';
import { changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import { Fault } from './ports/faults.ts';
import { runEffects } from './run-effects.ts';

/**
 * What the read model reports is mended in the document, where decisions are made. Resolves when refund, hold and event are
 * saved: until then the outbox entry that met the duplicate stays, and the sweep reports it again after a crash. A bug is
 * only told, or one document would hold up everybody whose facts go out with its own.
 */
export async function handleDuplicate(services: CoreServices, userId: string, payment: Payment): Promise<void> {
  const trace = { correlationId: services.randomId(), causationId: payment.id };
  const about = { userId, paymentId: payment.id };
  try {
    const changed = await changeSubscriber(services, { userId, trace }, (state, on) =>
      decideDuplicate(state, payment, on),
    );
    if (changed.kind === 'ignored') return;
    services.log.error('a period was paid for twice', about);
    services.background.track(runEffects(services, { userId, trace }, changed.effects));
  } catch (cause) {
    if (cause instanceof Fault && cause.retryable) throw cause;
    services.log.error('a period was paid for twice, and could not be mended', about, cause);
  }
}
