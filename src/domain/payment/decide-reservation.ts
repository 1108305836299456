import type { Context } from '../model/context.ts';
import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { evolve } from '../decision/evolve.ts';
import { findOperation, track } from './operation.ts';
import type { Subject } from '../model/effect.ts';
import { sendPermit, withReservation } from './reserve.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Reserves one send. It is saved before a byte is sent: after a crash the document shows that the request may be out. */
export function decideReservation(state: Subscriber, subject: Subject, context: Context): Decision {
  const operation = findOperation(state, subject);
  if (operation === null) return ignored(`${subject.kind} is closed`);
  const permit = sendPermit(state, operation, context);
  if (permit.kind !== 'send') return ignored(permit.reason);
  const { kind, entry } = operation;
  const reserved = withReservation(entry.send, context);
  // A capture keeps the `reservedAt` of its charge, because a cancel is compared with the charge.
  const captures = kind === 'payment' && entry.step === 'capture';
  const send = captures ? { ...reserved, reservedAt: entry.send.reservedAt } : reserved;
  return accepted(track(draftOf(state), operation, { state: 'sending', send }), subject);
}

/**
 * Reserves the first send of a payment or binding in the save that creates it. That spares each purchase and renewal one
 * save, and operation and reservation are still stored before a byte is sent.
 */
export function reserveCreated(state: Subscriber, decision: Decision, context: Context): Decision {
  if (decision.kind === 'ignored') return decision;
  const first = decision.effects.find(({ kind, subject }) => kind === 'send' && subject.kind !== 'refund');
  if (first === undefined) return decision;
  const after = decision.events.reduce(evolve, state);
  const reservation = decideReservation(after, first.subject, context);
  if (reservation.kind === 'ignored') return decision;
  const events = [...decision.events, ...reservation.events];
  return { ...reservation, events, effects: decision.effects.filter((effect) => effect !== first) };
}
