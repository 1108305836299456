import type { Context } from '../model/context.ts';
import { draftOf } from '../decision/draft.ts';
import { evolve } from '../decision/evolve.ts';
import { findOperation, type Subject, track } from './operation.ts';
import { sendPermit, withReservation } from './reserve.ts';
import { accepted, ignored, type Decision } from '../decision/decision.ts';
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
  return accepted(track(draftOf(state), operation, { state: 'sending', send }));
}

/**
 * The first reservation of a payment in the very save that creates it: one save less on the way of every purchase and
 * renewal, and the same promise, for both are on disk before a byte leaves.
 */
export function reserveCreated(state: Subscriber, decision: Decision, context: Context): Decision {
  if (decision.kind === 'ignored') return decision;
  const created = decision.events.find((event) => event.type === 'payment.created');
  if (created === undefined) return decision;
  const after = decision.events.reduce(evolve, state);
  const reservation = decideReservation(after, { kind: 'payment', id: created.payment.id }, context);
  return reservation.kind === 'ignored'
    ? decision
    : { kind: 'accepted', events: [...decision.events, ...reservation.events] };
}
