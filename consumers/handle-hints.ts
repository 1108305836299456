import type { CoreServices } from '../src/application/services/core-services.ts';
import { handleHint } from '../src/application/handlers/handle-hint.ts';
import { hintGroup } from '../src/application/ports/blocked-keys.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { parseHint, saidAt } from '../src/messages/parse.ts';
import { topicNames } from '../src/messages/topics.ts';

/** Notifications of the provider. Each one is retried until its object was read. */
export const handleHints: ConsumerDeclaration<CoreServices> = {
  name: 'hints',
  topic: topicNames.hints,
  group: hintGroup,
  lanes: 64,
  whenBlocked: 'queue',
  handle: (services, delivery) =>
    handleHint(services, parseHint(delivery, services.clock.now()), {
      trace: delivery.trace,
      hintedAt: saidAt(delivery),
    }),
};
