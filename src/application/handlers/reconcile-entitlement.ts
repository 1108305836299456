import { type Epoch, firstSequence } from '../../domain/model/epoch.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { publishAccess } from '../../domain/subscription/finalize-decision.ts';
import { changeSubscriber } from '../change/change-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Handled } from '../ports/consumer.ts';
import { Fault } from '../ports/faults.ts';
import type { Trace } from '../ports/message-factory.ts';

/** How long Kafka may take. Without its acknowledgement the record is retried. */
const publishDeadlineMs = 10_000;

/** Whether the record was published after the backup of the document, which has not published access since its restore. */
function isLost(subscriber: Subscriber | undefined, sequence: number, epoch: Epoch | null): boolean {
  if (epoch === null) return false;
  const { entitlement = null, entitlementSeq = 0, recalled = [] } = subscriber ?? {};
  // The backup may be older than the first access of the user. What they paid since gives it again, without a break.
  if (entitlement === null && recalled.some(({ object }) => object === 'payment')) return false;
  return sequence > entitlementSeq && entitlementSeq < firstSequence(epoch);
}

/**
 * Keeps the document's access the newest record of the compacted topic. A record with a lower number may be a late
 * duplicate that follows the document's own record, so that one is published again, under its own number. Nothing is
 * saved. A record with a higher number was published after the backup of a restored document, whose next save has a number
 * above it (domain/model/epoch.ts): it is made now. This consumer reads the repeat as well, and ignores it or, when the document
 * has moved on, publishes once more.
 */
export async function reconcileEntitlement(
  services: CoreServices,
  record: { readonly userId: string; readonly sequence: number },
  trace: Trace,
): Promise<Handled> {
  const { userId, sequence } = record;
  const stored = await services.store.load(userId);
  if (isLost(stored?.subscriber, sequence, services.epoch())) {
    await changeSubscriber(services, { userId, trace }, publishAccess);
    return { kind: 'handled' };
  }
  if (stored?.subscriber.entitlement == null) return { kind: 'ignored', reason: 'no access was published' };
  const { entitlement, entitlementSeq } = stored.subscriber;
  if (sequence > entitlementSeq) {
    // The record was published before its save, or a restore was not declared. A repeat fixes neither.
    services.log.error('an access record is ahead of its document', { userId });
    return { kind: 'ignored', reason: 'ahead of the document' };
  }
  if (sequence === entitlementSeq) return { kind: 'ignored', reason: 'is the newest record' };
  // The outbox is published first: readers must not see the document's number before the facts with lower numbers.
  if (!(await services.relay.publish(userId, stored.outbox))) {
    // Where only this user's outbox cannot be published, only this user's key waits, and no partition.
    const queues = services.relay.paused().includes(userId);
    throw new Fault('outbox_waits', 'The outbox could not be published.', { retryable: !queues, queues });
  }
  const about = { userId, sequence: entitlementSeq, at: services.clock.now(), trace };
  const repeat = services.messageFactory.fact({ type: 'entitlement.changed', entitlement }, about);
  await services.publisher.publish([repeat], publishDeadlineMs);
  return { kind: 'handled' };
}
