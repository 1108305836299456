import type { Subject } from '../domain/decide-reservation.ts';
import { decideReservation } from '../domain/decide-reservation.ts';
import { decideOutcome } from '../domain/decide-outcome.ts';
import { decideDeferral } from '../domain/decide-deferral.ts';
import type { SendOutcome } from '../domain/provider.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Trace } from './ports/wire.ts';

/** The bytes leave within this of their reservation, or it is made again: 5 s + 40 s of call stay below its 45 s. */
const dispatchWithinMs = 5_000;

const sealedRequest = (subscriber: Subscriber, subject: Subject) =>
  subject.kind === 'payment'
    ? subscriber.payment?.send
    : subscriber.refunds.find((refund) => refund.id === subject.id)?.send;

async function dispatch(
  services: CoreServices,
  reserved: { readonly subscriber: Subscriber; readonly startedMs: number },
  subject: Subject,
  trace: Trace,
): Promise<SendOutcome> {
  const send = sealedRequest(reserved.subscriber, subject);
  if (send === undefined) return { kind: 'unsent', reason: 'gone' };
  const frozen = new TextDecoder().decode(services.cipher.open(send.request));
  // A process that slept between save and send must not believe in its reservation: another may hold the next one.
  if (services.clock.monotonicMs() - reserved.startedMs > dispatchWithinMs) {
    return { kind: 'unsent', reason: 'stale_reservation' };
  }
  return services.provider.send(frozen, send.idempotenceKey, trace.correlationId);
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
  const slot = services.provider.reserveSlot();
  if (slot === null) {
    await changeSubscriber(services, userId, (state, context) => decideDeferral(state, subject, context), { trace });
    return null;
  }
  try {
    const startedMs = services.clock.monotonicMs();
    const reserved = await changeSubscriber(
      services,
      userId,
      (state, context) => decideReservation(state, subject, context),
      { trace },
    );
    if (reserved.kind === 'ignored') {
      services.log.debug('no reservation', { userId, subjectId: subject.id, reason: reserved.reason });
      return null;
    }
    const outcome = await dispatch(services, { subscriber: reserved.subscriber, startedMs }, subject, trace);
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
      { trace },
    );
  } finally {
    slot.release();
  }
}
