import type { CoreServices } from '../src/application/services/core-services.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { consumerGroups } from '../src/messages/consumer-groups.ts';
import { parseDeadLetter } from '../src/messages/parse-dead-letter.ts';

/** Copies dead letters to where staff can open, replay and discard them. */
export const keepDeadLetters: ConsumerDeclaration<CoreServices> = {
  name: 'letters',
  ...consumerGroups.letters,
  lanes: 64,
  whenBlocked: 'queue',
  handle: async (services, delivery) => {
    await services.deadLetters.keep(parseDeadLetter(delivery));
    return { kind: 'handled' };
  },
};
