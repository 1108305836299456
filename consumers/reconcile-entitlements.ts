import type { CoreServices } from '../src/application/services/core-services.ts';
import { reconcileEntitlement } from '../src/application/handlers/reconcile-entitlement.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { consumerGroups } from '../src/messages/consumer-groups.ts';
import { parseEntitlement } from '../src/messages/parse-entitlement.ts';

/** Reads the compacted topic, so that no late duplicate stays the newest record of a user's access. */
export const reconcileEntitlements: ConsumerDeclaration<CoreServices> = {
  name: 'keeper',
  ...consumerGroups.keeper,
  lanes: 64,
  // A dropped record might be the late duplicate.
  whenBlocked: 'queue',
  handle: async (services, delivery) => {
    const record = parseEntitlement(delivery);
    return record === null
      ? { kind: 'ignored', reason: 'tombstone' }
      : reconcileEntitlement(services, record, delivery.trace);
  },
};
