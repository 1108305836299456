import type { Context } from '../model/context.ts';
import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { evolve } from '../decision/evolve.ts';
import { findOperation, track } from './operation.ts';
import type { Subject } from '../model/effect.ts';
import { sendPermit, withReservation } from './reserve.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** The reservation of one send: saved before a byte leaves, so that whoever finds it knows that one may have left. */
export function decideReservation(state: Subscriber, subject: Subject, context: Context): Decision {
  const operation = findOperation(state, subject);
  if (operation === null) return ignored(`${subject.kind} is closed`);
  const permit = sendPermit(state, operation, context);
  if (permit.kind !== 'send') return ignored(permit.reason);
  const { kind, entry } = operation;
  const reserved = withReservation(entry.send, context);
  // A capture takes what was reserved before: a cancel in between concerns the charge, not its capture.
  const captures = kind === 'payment' && entry.step === 'capture';
  const send = captures ? { ...reserved, reservedAt: entry.send.reservedAt } : reserved;
  return accepted(track(draftOf(state), operation, { state: 'sending', send }), subject);
}

/**
 * The first reservation of a payment in the very save that creates it: one save less on the way of every purchase and
 * renewal, and the same promise, for both are on disk before a byte leaves.
 */
export function reserveCreated(state: Subscriber, decision: Decision, context: Context): Decision {
  if (decision.kind === 'ignored') return decision;
  const first = decision.effects.find(({ kind, subject }) => kind === 'send' && subject.kind === 'payment');
  if (first === undefined) return decision;
  const after = decision.events.reduce(evolve, state);
  const reservation = decideReservation(after, first.subject, context);
  if (reservation.kind === 'ignored') return decision;
  const events = [...decision.events, ...reservation.events];
  return { ...reservation, events, effects: decision.effects.filter((effect) => effect !== first) };
}
