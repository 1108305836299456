import type { CoreServices } from '../src/application/core-services.ts';
import { handleHint } from '../src/application/handle-hint.ts';
import type { ConsumerDeclaration } from '../src/application/ports/doors.ts';
import { parseHint } from '../src/messages/parse.ts';
import { topicNames } from '../src/messages/topics.ts';

/** Notifications of the provider: "look at this object". Dropping one costs time, never money: polling finds the same. */
export const handleHints: ConsumerDeclaration<CoreServices> = {
  name: 'hints',
  topic: topicNames.hints,
  group: 'billing-hints',
  lanes: 64,
  whenBlocked: 'queue',
  handle: (services, delivery) => handleHint(services, parseHint(delivery), delivery.trace),
};
