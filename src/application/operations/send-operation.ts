import { requestOf } from '../ports/cipher.ts';
import type { Effect, Subject } from '../../domain/model/effect.ts';
import { decideReservation } from '../../domain/payment/decide-reservation.ts';
import { decideOutcome } from '../../domain/payment/decide-outcome.ts';
import { decideDeferral } from '../../domain/payment/decide-deferral.ts';
import { dispatchWithinMs } from '../../domain/model/policy.ts';
import { findOperation } from '../../domain/payment/operation.ts';
import type { SendOutcome } from '../../domain/model/provider.ts';
import { type About, type Changed, changeSubscriber, type Decide } from '../change/change-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { ReadOptions, Saved } from '../change/read-subscriber.ts';

/** A call slot, and when it was acquired. */
export type CallSlot = { readonly slot: Slot; readonly startedMs: number };
type Slot = { readonly release: () => void };

/** Null at once when no slot is free: the caller saves the operation, and the status-check timer sends it. */
export function acquireCallSlot({ provider, clock }: CoreServices): CallSlot | null {
  const slot = provider.acquireSlot();
  return slot === null ? null : { slot, startedMs: clock.monotonicMs() };
}

/** A saved reservation and the call slot for its request. */
export type Reserved = { readonly saved: Saved; readonly subject: Subject; readonly callSlot: CallSlot };

/** A change that may reserve a send for the call slot. Without a reservation the slot is released. */
export async function changeAndReserve(
  services: CoreServices,
  about: About & ReadOptions,
  callSlot: CallSlot,
  decide: Decide,
): Promise<{ readonly changed: Changed; readonly reserved: Reserved | null }> {
  try {
    const changed = await changeSubscriber(services, about, decide);
    if (changed.kind === 'changed' && changed.reserved !== null) {
      return { changed, reserved: { saved: changed.saved, subject: changed.reserved, callSlot } };
    }
    callSlot.slot.release();
    return { changed, reserved: null };
  } catch (error) {
    callSlot.slot.release();
    throw error;
  }
}

async function dispatch(services: CoreServices, { userId, trace }: About, reserved: Reserved): Promise<SendOutcome> {
  const { saved, subject, callSlot } = reserved;
  const send = findOperation(saved.subscriber, subject)?.entry.send;
  if (send === undefined) return { kind: 'unsent', reason: 'gone' };
  const { startedMs } = callSlot;
  const frozen = new TextDecoder().decode(services.cipher.open(send.request, requestOf(userId)));
  // After a pause of this process the reservation may have ended, and another process may hold the next one.
  if (services.clock.monotonicMs() - startedMs > dispatchWithinMs) {
    return { kind: 'unsent', reason: 'stale_reservation' };
  }
  return services.provider.send(frozen, send.idempotenceKey, trace.correlationId);
}

/** Sends a reserved request and saves the answer. The slot is released in any case. */
export async function sendReserved(
  services: CoreServices,
  about: About,
  reserved: Reserved,
): Promise<readonly Effect[]> {
  const { saved, subject, callSlot } = reserved;
  const { userId, trace } = about;
  try {
    const outcome = await dispatch(services, about, reserved);
    services.log.info('provider answered', {
      userId,
      subjectId: subject.id,
      outcome: outcome.kind,
      correlationId: trace.correlationId,
    });
    const { effects } = await changeSubscriber(services, { ...about, known: saved }, (state, context) =>
      decideOutcome(state, subject, outcome, context),
    );
    return effects;
  } finally {
    callSlot.slot.release();
  }
}

/** No call slot is free: the status-check timer brings the operation again soon. */
export async function deferOperation(
  services: CoreServices,
  about: About,
  subject: Subject,
): Promise<readonly Effect[]> {
  const { effects } = await changeSubscriber(services, about, (state, context) =>
    decideDeferral(state, subject, context),
  );
  return effects;
}

/**
 * One send of a payment, capture or refund: saves a reservation, sends the request, saves the answer. The process may die
 * after each step; the document then shows whether the request may have been sent.
 */
export async function sendOperation(
  services: CoreServices,
  about: About,
  subject: Subject,
): Promise<readonly Effect[]> {
  const callSlot = acquireCallSlot(services);
  if (callSlot === null) return deferOperation(services, about, subject);
  const { changed, reserved } = await changeAndReserve(services, about, callSlot, (state, context) =>
    decideReservation(state, subject, context),
  );
  if (reserved !== null) return sendReserved(services, about, reserved);
  const reason = changed.kind === 'ignored' ? changed.reason : null;
  services.log.debug('no reservation', { userId: about.userId, subjectId: subject.id, reason });
  return [];
}
