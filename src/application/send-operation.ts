import type { Subject } from '../domain/payment/operation.ts';
import { decideReservation } from '../domain/payment/decide-reservation.ts';
import { decideOutcome } from '../domain/payment/decide-outcome.ts';
import { decideDeferral } from '../domain/payment/decide-deferral.ts';
import type { SendOutcome } from '../domain/model/provider.ts';
import type { Subscriber } from '../domain/model/subscriber.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Trace } from './ports/message-factory.ts';

/** The bytes leave within this of their reservation, or it is made again: 5 s + 40 s of call stay below its 45 s. */
const dispatchWithinMs = 5_000;

const sealedRequest = (subscriber: Subscriber, subject: Subject) =>
  subject.kind === 'payment'
    ? subscriber.payment?.send
    : subscriber.refunds.find((refund) => refund.id === subject.id)?.send;

/** A call slot in hand, and since when: what is sent with it must leave soon after. */
export type CallSlot = { readonly slot: Slot; readonly startedMs: number };
type Slot = { readonly release: () => void };

/** Null at once when no call is free: then the intent is saved and announced, nothing waits in memory. */
export function acquireCallSlot({ provider, clock }: CoreServices): CallSlot | null {
  const slot = provider.acquireSlot();
  return slot === null ? null : { slot, startedMs: clock.monotonicMs() };
}

async function dispatch(services: CoreServices, reserved: Reserved, startedMs: number): Promise<SendOutcome> {
  const { saved, subject, trace } = reserved;
  const send = sealedRequest(saved.subscriber, subject);
  if (send === undefined) return { kind: 'unsent', reason: 'gone' };
  const frozen = new TextDecoder().decode(services.cipher.open(send.request));
  // A process that slept between save and send must not believe in its reservation: another may hold the next one.
  if (services.clock.monotonicMs() - startedMs > dispatchWithinMs) {
    return { kind: 'unsent', reason: 'stale_reservation' };
  }
  return services.provider.send(frozen, send.idempotenceKey, trace.correlationId);
}

export type Reserved = {
  readonly saved: Extract<Changed, { kind: 'changed' }>['saved'];
  readonly subject: Subject;
  readonly trace: Trace;
};

/** Bytes out, answer saved; the slot is free again, whatever happens. */
export async function sendReserved(services: CoreServices, reserved: Reserved, held: CallSlot): Promise<Changed> {
  const { saved, subject, trace } = reserved;
  const { userId } = saved.subscriber;
  try {
    const outcome = await dispatch(services, reserved, held.startedMs);
    services.log.info('provider answered', {
      userId,
      subjectId: subject.id,
      outcome: outcome.kind,
      correlationId: trace.correlationId,
    });
    return await changeSubscriber(
      services,
      userId,
      (state, context) => decideOutcome(state, subject, outcome, context),
      { trace, known: saved },
    );
  } finally {
    held.slot.release();
  }
}

/**
 * One send of a payment, capture or refund: reservation saved, bytes out, answer saved. Every step may be the last one of
 * this process; what it leaves behind says exactly what may have happened. Null when nothing was sent.
 */
export async function sendOperation(
  services: CoreServices,
  userId: string,
  subject: Subject,
  trace: Trace,
): Promise<Changed | null> {
  const held = acquireCallSlot(services);
  if (held === null) {
    await changeSubscriber(services, userId, (state, context) => decideDeferral(state, subject, context), { trace });
    return null;
  }
  let reserved: Changed;
  try {
    reserved = await changeSubscriber(
      services,
      userId,
      (state, context) => decideReservation(state, subject, context),
      { trace },
    );
  } catch (error) {
    held.slot.release();
    throw error;
  }
  if (reserved.kind === 'changed') {
    return sendReserved(services, { saved: reserved.saved, subject, trace }, held);
  }
  held.slot.release();
  services.log.debug('no reservation', { userId, subjectId: subject.id, reason: reserved.reason });
  return null;
}
