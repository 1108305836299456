import type { Effect, Subject } from '../domain/model/effect.ts';
import { decideReservation } from '../domain/payment/decide-reservation.ts';
import { decideOutcome } from '../domain/payment/decide-outcome.ts';
import { decideDeferral } from '../domain/payment/decide-deferral.ts';
import { findOperation } from '../domain/payment/operation.ts';
import type { SendOutcome } from '../domain/model/provider.ts';
import { type About, type Changed, changeSubscriber, type Decide } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { ReadOptions, Saved } from './read-subscriber.ts';

/** The bytes leave within this of their reservation, or it is made again: 5 s + 40 s of call stay below its 45 s. */
const dispatchWithinMs = 5_000;

/** A call slot in hand, and since when: what is sent with it must leave soon after. */
export type CallSlot = { readonly slot: Slot; readonly startedMs: number };
type Slot = { readonly release: () => void };

/** Null at once when no call is free: then the intent is saved and announced, nothing waits in memory. */
export function acquireCallSlot({ provider, clock }: CoreServices): CallSlot | null {
  const slot = provider.acquireSlot();
  return slot === null ? null : { slot, startedMs: clock.monotonicMs() };
}

/** A saved reservation and the call slot that its request leaves with. */
export type Reserved = { readonly saved: Saved; readonly subject: Subject; readonly held: CallSlot };

/** A change that may reserve a send for the slot in hand. Without a reservation the slot is free again. */
export async function changeAndReserve(
  services: CoreServices,
  about: About & ReadOptions,
  held: CallSlot,
  decide: Decide,
): Promise<{ readonly changed: Changed; readonly reserved: Reserved | null }> {
  try {
    const changed = await changeSubscriber(services, about, decide);
    if (changed.kind === 'changed' && changed.reserved !== null) {
      return { changed, reserved: { saved: changed.saved, subject: changed.reserved, held } };
    }
    held.slot.release();
    return { changed, reserved: null };
  } catch (error) {
    held.slot.release();
    throw error;
  }
}

async function dispatch(services: CoreServices, { trace }: About, reserved: Reserved): Promise<SendOutcome> {
  const { saved, subject, held } = reserved;
  const send = findOperation(saved.subscriber, subject)?.entry.send;
  if (send === undefined) return { kind: 'unsent', reason: 'gone' };
  const { startedMs } = held;
  const frozen = new TextDecoder().decode(services.cipher.open(send.request));
  // A process that slept between save and send must not believe in its reservation: another may hold the next one.
  if (services.clock.monotonicMs() - startedMs > dispatchWithinMs) {
    return { kind: 'unsent', reason: 'stale_reservation' };
  }
  return services.provider.send(frozen, send.idempotenceKey, trace.correlationId);
}

/** Bytes out, answer saved; the slot is free again, whatever happens. */
export async function sendReserved(
  services: CoreServices,
  about: About,
  reserved: Reserved,
): Promise<readonly Effect[]> {
  const { saved, subject, held } = reserved;
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
    held.slot.release();
  }
}

/** No call is free: the intent is announced again soon. */
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
 * One send of a payment, capture or refund: reservation saved, bytes out, answer saved. Every step may be the last one of
 * this process; what it leaves behind says exactly what may have happened.
 */
export async function sendOperation(
  services: CoreServices,
  about: About,
  subject: Subject,
): Promise<readonly Effect[]> {
  const held = acquireCallSlot(services);
  if (held === null) return deferOperation(services, about, subject);
  const { changed, reserved } = await changeAndReserve(services, about, held, (state, context) =>
    decideReservation(state, subject, context),
  );
  if (reserved !== null) return sendReserved(services, about, reserved);
  const reason = changed.kind === 'ignored' ? changed.reason : null;
  services.log.debug('no reservation', { userId: about.userId, subjectId: subject.id, reason });
  return [];
}
