import { decideFinding, decideStraySuccess } from '../domain/decide-finding.ts';
import type { Subject } from '../domain/operation.ts';
import type { ProviderObject } from '../domain/provider.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/doors.ts';
import type { Hint, Trace } from './ports/wire.ts';
import { pursue } from './pursue.ts';
import { waitInLane } from './wait-in-lane.ts';

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

/**
 * "Look at this object": it is read with our own credentials, and only what is read counts. A read that fails is dropped,
 * for polling finds the same; a forged hint costs one read and changes nothing.
 */
export function handleHint(services: CoreServices, hint: Hint, trace: Trace): Promise<Handled> {
  return waitInLane(services, readAndApply(services, hint, trace), { kind: 'handled' });
}

async function readAndApply(services: CoreServices, hint: Hint, trace: Trace): Promise<Handled> {
  const slot = services.provider.reserveSlot();
  if (slot === null) return { kind: 'ignored', reason: 'no free call slot' };
  let finding;
  try {
    finding = await services.provider.read(hint.objectType, hint.objectId, trace.correlationId);
  } finally {
    slot.release();
  }
  if (finding.kind !== 'found') return { kind: 'ignored', reason: `object is ${finding.kind}` };
  const { userId } = finding.object.metadata;
  if (userId === null) return { kind: 'ignored', reason: 'object of somebody else' };
  const changed = await apply(services, userId, finding.object, trace);
  if (changed.kind === 'ignored') return { kind: 'ignored', reason: changed.reason };
  await pursue(services, { userId, trace }, changed);
  return { kind: 'handled' };
}
