import { hourMs, type Instant } from '../../domain/model/instant.ts';
import type { CheckResult, ProviderObjects } from '../../domain/model/provider.ts';
import { alertOperator } from '../services/alert-operators.ts';
import type { CoreServices } from '../services/core-services.ts';
import { Fault, Poison } from '../ports/faults.ts';
import { circuitOpen, noShare } from '../ports/payment-provider.ts';
import type { Hint, Trace } from '../ports/message-factory.ts';

/** How long an absent object may still appear. After that its hint must not hold up others. */
const recentMs = hourMs;
/** No call was made, so nothing is known about this object: its hint waits in place at any age, as all hints do. */
const notCalled: ReadonlySet<string> = new Set(['no_call_slot', noShare, circuitOpen]);

export type Hinted = { readonly trace: Trace; readonly hintedAt: Instant };

/**
 * Whether the object of the hint may still appear. A hint from the future counts like one from as long ago, or its age would
 * never end the retries.
 */
export const isRecentHint = ({ clock }: CoreServices, { hintedAt }: Hinted): boolean =>
  Math.abs(clock.now() - hintedAt) < recentMs;

/**
 * The hint is not committed. While it is recent it is retried in place for half a minute, and then waits in the queue of its
 * object, so that it never holds up the hints of others. Later it blocks its key with an alarm (ports/blocked-keys.ts).
 */
export const unreadFault = (message: string, recent: boolean): Fault =>
  new Fault('object_unread', message, { retryable: recent, queues: recent });

async function readObject<Kind extends keyof ProviderObjects>(
  { provider }: CoreServices,
  { objectType, objectId }: Hint<Kind>,
  trace: Trace,
): Promise<CheckResult<ProviderObjects[Kind]>> {
  const slot = provider.acquireSlot();
  if (slot === null) return { kind: 'unavailable', reason: 'no_call_slot' };
  try {
    return await provider.read(objectType, objectId, trace.correlationId);
  } finally {
    slot.release();
  }
}

/**
 * Reads the object that a notification named. Throws while it cannot be read. An absent object is retried while the hint
 * is recent, because the provider's reads may lag behind its notifications. After that the hint is dead-lettered and
 * operators are alerted, because an object that does not exist would be retried for ever. Null where the reconciliation
 * named it: the provider's list lacks it too.
 */
export async function readHinted<Kind extends keyof ProviderObjects>(
  services: CoreServices,
  hint: Hint<Kind>,
  hinted: Hinted,
): Promise<ProviderObjects[Kind] | null> {
  const { objectType, objectId } = hint;
  const checkResult = await readObject(services, hint, hinted.trace);
  if (checkResult.kind === 'found') return checkResult.object;
  const recent = isRecentHint(services, hinted);
  if (checkResult.kind === 'unavailable') {
    const message = `The ${objectType} that a notification named cannot be read: ${checkResult.reason}.`;
    // The provider is unavailable for all objects: the partition waits, and no queue fills.
    if (notCalled.has(checkResult.reason)) throw new Fault('object_unread', message, { retryable: true });
    throw unreadFault(message, recent);
  }
  if (hint.origin === 'reconciliation') return null;
  const detail = `the provider does not know the ${objectType} that a notification named`;
  if (recent) throw unreadFault(detail, true);
  alertOperator(services.log, { rule: 'foreign_object', subjectId: objectId, detail });
  throw new Poison('object_absent', detail);
}
