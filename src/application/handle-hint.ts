import { decideFinding, decideStraySuccess } from '../domain/decide-finding.ts';
import type { Subject } from '../domain/operation.ts';
import { hourMs } from '../domain/instant.ts';
import type { Instant } from '../domain/instant.ts';
import type { Finding, ProviderObject } from '../domain/provider.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/doors.ts';
import { Fault } from './ports/fault.ts';
import { circuitOpen } from './ports/payment-provider.ts';
import type { Hint, Trace } from './ports/wire.ts';
import { pursue } from './pursue.ts';

/** Which of the subscriber's open operations the provider's object is; null when the document no longer holds it. */
function subjectOf(state: Subscriber, object: ProviderObject): Subject | null {
  const { paymentId } = object.metadata;
  if (object.object === 'payment') {
    const payment = [state.payment, ...state.watched].find((candidate) => candidate?.id === paymentId);
    return payment === undefined || payment === null ? null : { kind: 'payment', id: payment.id };
  }
  const refund = state.refunds.find(
    (candidate) =>
      candidate.providerRefundId === object.id ||
      (candidate.paymentId === paymentId &&
        candidate.providerRefundId === null &&
        !candidate.earlierRefundIds.includes(object.id)),
  );
  return refund === undefined ? null : { kind: 'refund', id: refund.id };
}

async function apply(services: CoreServices, userId: string, object: ProviderObject, trace: Trace): Promise<Changed> {
  return changeSubscriber(
    services,
    userId,
    async (state, context) => {
      const subject = subjectOf(state, object);
      const look = { finding: { kind: 'found' as const, object }, via: 'notification' as const };
      if (subject !== null) return decideFinding(state, subject, look, context);
      if (object.object !== 'payment' || object.status !== 'succeeded')
        return { kind: 'ignored', reason: 'already closed' };
      const { paymentId } = object.metadata;
      const ledger = paymentId === null ? null : await services.ledger.findPayment(userId, paymentId);
      return ledger === null
        ? { kind: 'ignored', reason: 'unknown payment' }
        : decideStraySuccess(state, object, ledger, context);
    },
    { trace },
  );
}

/** An object that cannot be read for so long must not hold up others any more: it queues on its own, and a person is alerted. */
const patienceMs = hourMs;
/** Nobody was asked, so nothing is known of this object: it waits with all the others. */
const notAsked: ReadonlySet<string> = new Set(['no_call_slot', circuitOpen]);

/**
 * "Look at this object": it is read with our own credentials, and only what is read counts. A hint is not done with before
 * what was read is saved: polling finds the same for what is open, but nobody polls a payment that was given up, and its
 * money may come late. A forged hint costs one read and changes nothing. Throws a Fault while the object cannot be read: a retryable one,
 * for which the runner waits, and after an hour one that makes it queue (ports/blocked-keys.ts).
 */
export async function handleHint(
  services: CoreServices,
  hint: Hint,
  about: { readonly trace: Trace; readonly hintedAt: Instant },
): Promise<Handled> {
  const { trace, hintedAt } = about;
  const finding = await look(services, hint, trace);
  if (finding.kind === 'unavailable') {
    const message = `The ${hint.objectType} that a notification named cannot be read: ${finding.reason}.`;
    const isYoung = services.clock.now() - hintedAt < patienceMs;
    throw new Fault('object_unread', message, { retryable: isYoung || notAsked.has(finding.reason) });
  }
  if (finding.kind === 'absent') return { kind: 'ignored', reason: 'object is absent' };
  const { userId } = finding.object.metadata;
  if (userId === null) return { kind: 'ignored', reason: 'object of somebody else' };
  const changed = await apply(services, userId, finding.object, trace);
  if (changed.kind === 'ignored') return { kind: 'ignored', reason: changed.reason };
  await pursue(services, { userId, trace }, changed);
  return { kind: 'handled' };
}

async function look({ provider }: CoreServices, { objectType, objectId }: Hint, trace: Trace): Promise<Finding> {
  const slot = provider.reserveSlot();
  if (slot === null) return { kind: 'unavailable', reason: 'no_call_slot' };
  try {
    return await provider.read(objectType, objectId, trace.correlationId);
  } finally {
    slot.release();
  }
}
