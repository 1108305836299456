import { type Context, ignored, type Ruling } from './context.ts';
import { accepted, draftOf } from './draft.ts';
import type { DomainEvent } from './events.ts';
import { findOperation, type Subject, track } from './operation.ts';
import type { Subscriber } from './subscriber.ts';

/** No call slot is free: the intent stays in the document and is announced again soon; nothing waits in memory. */
export function decideDeferral(state: Subscriber, subject: Subject, context: Context): Ruling<DomainEvent> {
  const operation = findOperation(state, subject);
  if (operation === null) return ignored(`${subject.kind} is closed`);
  const { send } = operation.entry;
  const again = context.realNow + context.policy.intentPickupMs;
  const nextCheckRealAt = Math.max(again, send.noSendBefore ?? again);
  return accepted(track(draftOf(state), operation, { send: { ...send, nextCheckAt: null, nextCheckRealAt } }));
}
