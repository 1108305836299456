import type { CoreServices } from '../src/application/services/core-services.ts';
import { handleTimer } from '../src/application/handlers/handle-timer.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { consumerGroups } from '../src/messages/consumer-groups.ts';
import { parseTimer } from '../src/messages/parse.ts';

/** Timers that the jobs announce: renewals, expiries, status checks. */
export const handleTimers: ConsumerDeclaration<CoreServices> = {
  name: 'timers',
  ...consumerGroups.timers,
  lanes: 64,
  // The jobs announce it again.
  whenBlocked: 'drop',
  handle: (services, delivery) => {
    const { userId, timer } = parseTimer(delivery, services.clock.now());
    return handleTimer(services, userId, timer, delivery.trace);
  },
};
