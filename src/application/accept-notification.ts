import type { Clock } from './ports/clock.ts';
import type { MessagePublisher } from './ports/outbox.ts';
import type { Hint, Trace, MessageFactory } from './ports/message-factory.ts';

export type AcceptNotificationServices = {
  readonly clock: Clock;
  readonly messageFactory: MessageFactory;
  readonly publisher: MessagePublisher;
  readonly publishDeadlineMs: number;
};

/**
 * Takes a provider's notification as a hint to look at an object. Resolves only when the hint is safely in the log:
 * whoever answers the provider before that ends its repeats and may never hear of the payment again.
 */
export async function acceptNotification(
  services: AcceptNotificationServices,
  hint: Hint,
  trace: Trace,
): Promise<void> {
  const message = services.messageFactory.hint(hint, { at: services.clock.now(), trace });
  await services.publisher.publish([message], services.publishDeadlineMs);
}
