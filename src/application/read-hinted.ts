import { hourMs, type Instant } from '../domain/model/instant.ts';
import type { CheckResult, ProviderObject } from '../domain/model/provider.ts';
import { callPersonAbout } from './alert-operators.ts';
import type { CoreServices } from './core-services.ts';
import { Fault, Poison } from './ports/faults.ts';
import { circuitOpen } from './ports/payment-provider.ts';
import type { Hint, Trace } from './ports/message-factory.ts';

/** What a hint says: it must not hold up others for longer than an hour, but until then nothing found means "not yet". */
const patienceMs = hourMs;
/** Nobody was asked, so nothing is known of this object: it waits with all the others. */
const notAsked: ReadonlySet<string> = new Set(['no_call_slot', circuitOpen]);

export type Hinted = { readonly trace: Trace; readonly hintedAt: Instant };

/** Whether a hint still waits for what was not found; then the runner waits in place or rests the partition. */
export const isYoung = ({ clock }: CoreServices, { hintedAt }: Hinted): boolean => clock.now() - hintedAt < patienceMs;

/** The hint is not done with: a retryable failure waits in place, any other one queues (ports/blocked-keys.ts). */
export const unread = (message: string, retryable: boolean): Fault =>
  new Fault('object_unread', message, { retryable });

async function readObject(
  { provider }: CoreServices,
  { objectType, objectId }: Hint,
  trace: Trace,
): Promise<CheckResult> {
  const slot = provider.acquireSlot();
  if (slot === null) return { kind: 'unavailable', reason: 'no_call_slot' };
  try {
    return await provider.read(objectType, objectId, trace.correlationId);
  } finally {
    slot.release();
  }
}

/**
 * Reads what a notification named. Throws while it cannot be read. "Absent" is "not yet" at first, for the notification
 * says that it exists and a provider's reading side may lag; after that a person is called and the hint is set aside,
 * because an object that does not exist would wait for ever.
 */
export async function readHinted(services: CoreServices, hint: Hint, hinted: Hinted): Promise<ProviderObject> {
  const { objectType, objectId } = hint;
  const checkResult = await readObject(services, hint, hinted.trace);
  if (checkResult.kind === 'found') return checkResult.object;
  const young = isYoung(services, hinted);
  if (checkResult.kind === 'unavailable') {
    const message = `The ${objectType} that a notification named cannot be read: ${checkResult.reason}.`;
    throw unread(message, young || notAsked.has(checkResult.reason));
  }
  const detail = `the provider does not know the ${objectType} that a notification named`;
  if (young) throw unread(detail, true);
  callPersonAbout(services.log, { rule: 'foreign_object', subjectId: objectId, detail });
  throw new Poison('object_absent', detail);
}
