import type { CoreServices } from '../src/application/services/core-services.ts';
import { keepNoticeReport } from '../src/application/handlers/keep-notice-report.ts';
import { handleHint } from '../src/application/handlers/handle-hint.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { consumerGroups } from '../src/messages/consumer-groups.ts';
import { parseHint, saidAt } from '../src/messages/parse.ts';

/** Notifications of the provider, each retried until its object was read, and reports of delivered notices. */
export const handleHints: ConsumerDeclaration<CoreServices> = {
  name: 'hints',
  ...consumerGroups.hints,
  lanes: 64,
  whenBlocked: 'queue',
  handle: (services, delivery) => {
    const { trace } = delivery;
    const received = parseHint(delivery, services.clock.now());
    return received.about === 'notice'
      ? keepNoticeReport(services, received.report, trace)
      : handleHint(services, received.hint, { trace, hintedAt: saidAt(delivery) });
  },
};
