import type { Clock } from '../ports/clock.ts';
import type { MessagePublisher } from '../ports/outbox.ts';
import type { Hint, Trace, MessageFactory } from '../ports/message-factory.ts';

export type AcceptNotificationServices = {
  readonly clock: Clock;
  readonly messageFactory: MessageFactory;
  readonly publisher: MessagePublisher;
  readonly publishDeadlineMs: number;
};

/**
 * Publishes a provider's notification as a hint. Resolves when Kafka has acknowledged it. The provider does not repeat a
 * confirmed notification, so one that is confirmed earlier could be lost in a crash.
 */
export async function acceptNotification(
  services: AcceptNotificationServices,
  hint: Hint,
  trace: Trace,
): Promise<void> {
  const message = services.messageFactory.hint(hint, { at: services.clock.now(), trace });
  await services.publisher.publish([message], services.publishDeadlineMs);
}
