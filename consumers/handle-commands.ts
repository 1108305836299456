import type { CoreServices } from '../src/application/services/core-services.ts';
import { handleCommand } from '../src/application/handlers/handle-command.ts';
import { commandGroup } from '../src/application/ports/blocked-keys.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { parseCommand } from '../src/messages/parse.ts';
import { topicNames } from '../src/messages/topics.ts';

/** Commands of subscribers and staff. A group of its own, so that a peak of renewals never delays a purchase. */
export const handleCommands: ConsumerDeclaration<CoreServices> = {
  name: 'commands',
  topic: topicNames.commands,
  group: commandGroup,
  lanes: 64,
  whenBlocked: 'queue',
  handle: (services, delivery) => handleCommand(services, parseCommand(delivery, services.clock.now()), delivery.trace),
};
