import type { CoreServices } from '../src/application/core-services.ts';
import { reconcileEntitlement } from '../src/application/reconcile-entitlement.ts';
import type { ConsumerDeclaration } from '../src/application/ports/consumer.ts';
import { parseEntitlement } from '../src/messages/parse-entitlement.ts';
import { topicNames } from '../src/messages/topics.ts';

/** Watches over the compacted topic, so that no late duplicate stays the last word about anybody's access. */
export const reconcileEntitlements: ConsumerDeclaration<CoreServices> = {
  name: 'keeper',
  topic: topicNames.entitlements,
  group: 'billing-keeper',
  lanes: 64,
  // A record that is dropped might be the late one.
  whenBlocked: 'queue',
  handle: async (services, delivery) => {
    const record = parseEntitlement(delivery);
    return record === null
      ? { kind: 'ignored', reason: 'tombstone' }
      : reconcileEntitlement(services, record, delivery.trace);
  },
};
