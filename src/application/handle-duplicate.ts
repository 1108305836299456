import { decideDuplicate } from '../domain/decide-duplicate.ts';
import type { Payment } from '../domain/payment.ts';
import { changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import { pursue } from './pursue.ts';

/** What the ledger reports is mended in the document, where decisions are made; the relay that met it is not held up. */
export async function handleDuplicate(services: CoreServices, userId: string, payment: Payment): Promise<void> {
  services.log.error('a period was paid for twice', { userId, paymentId: payment.id });
  const trace = { correlationId: services.randomId(), causationId: payment.id };
  const changed = await changeSubscriber(
    services,
    userId,
    (state, context) => decideDuplicate(state, payment, context),
    {
      trace,
    },
  );
  await pursue(services, { userId, trace }, changed);
}
