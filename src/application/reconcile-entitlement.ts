import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/consumer.ts';
import { Fault } from './ports/faults.ts';
import type { Trace } from './ports/message-factory.ts';

/** As long as a round of the relay may take; unacknowledged, the record stays and is compared again. */
const publishDeadlineMs = 10_000;

type Services = Pick<CoreServices, 'store' | 'messageFactory' | 'publisher' | 'relay' | 'clock' | 'log'>;

/**
 * Makes the newest access the last word of the compacted topic: a record below the document's number may be a late
 * duplicate that stands behind it, so the document's own is published again, under its own number. Nothing is saved. The
 * repeat is compared like any record: as good as the document it ends there, and overtaken meanwhile it is repeated once more.
 */
export async function reconcileEntitlement(
  services: Services,
  record: { readonly userId: string; readonly sequence: number },
  trace: Trace,
): Promise<Handled> {
  const { userId, sequence } = record;
  const stored = await services.store.load(userId);
  if (stored?.subscriber.entitlement == null) return { kind: 'ignored', reason: 'no access of ours' };
  const { entitlement, entitlementSeq } = stored.subscriber;
  if (sequence > entitlementSeq) {
    // Published before it was saved, or a document that went back in time: nothing that a repeat could mend.
    services.log.error('an access record is ahead of its document', { userId });
    return { kind: 'ignored', reason: 'ahead of the document' };
  }
  if (sequence === entitlementSeq) return { kind: 'ignored', reason: 'is the last word' };
  // What waits to be told comes first: a number must not appear behind a higher one that nobody had heard before.
  if (!(await services.relay.publish(userId, stored.outbox)))
    throw new Fault('outbox_waits', 'The outbox did not arrive.', { retryable: true });
  const about = { userId, sequence: entitlementSeq, at: services.clock.now(), trace };
  const repeat = services.messageFactory.fact({ type: 'entitlement.changed', entitlement }, about);
  await services.publisher.publish([repeat], publishDeadlineMs);
  return { kind: 'handled' };
}
