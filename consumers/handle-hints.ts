import type { CoreServices } from '../src/application/services/core-services.ts';
import { handleHint } from '../src/application/handlers/handle-hint.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { consumerGroups } from '../src/messages/consumer-groups.ts';
import { parseHint, saidAt } from '../src/messages/parse.ts';

/** Notifications of the provider. Each one is retried until its object was read. */
export const handleHints: ConsumerDeclaration<CoreServices> = {
  name: 'hints',
  ...consumerGroups.hints,
  lanes: 64,
  whenBlocked: 'queue',
  handle: (services, delivery) =>
    handleHint(services, parseHint(delivery, services.clock.now()), {
      trace: delivery.trace,
      hintedAt: saidAt(delivery),
    }),
};
