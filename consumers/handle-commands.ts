import type { CoreServices } from '../src/application/services/core-services.ts';
import { boundAcceptance } from '../src/application/handlers/bound-acceptance.ts';
import { handleCommand } from '../src/application/handlers/handle-command.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { consumerGroups } from '../src/messages/consumer-groups.ts';
import { parseCommand } from '../src/messages/parse.ts';

/** Commands of subscribers and staff. A group of its own, so that a peak of renewals never delays a purchase. */
export const handleCommands: ConsumerDeclaration<CoreServices> = {
  name: 'commands',
  ...consumerGroups.commands,
  lanes: 64,
  whenBlocked: 'queue',
  handle: async (services, delivery) => {
    const command = parseCommand(delivery, services.clock.now());
    return handleCommand(services, await boundAcceptance(services, command, delivery), delivery.trace);
  },
};
