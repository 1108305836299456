import type { Context } from '../model/context.ts';
import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { findOperation, track } from './operation.ts';
import { isOver } from '../model/payment-states.ts';
import type { Subject } from '../model/effect.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** No call slot is free: the operation stays in the document, and the status-check timer brings it again soon. */
export function decideDeferral(state: Subscriber, subject: Subject, context: Context): Decision {
  const operation = findOperation(state, subject);
  if (operation === null || isOver(operation.entry)) return ignored(`${subject.kind} is closed`);
  const { send } = operation.entry;
  const again = context.realNow + context.policy.intentPickupMs;
  const nextCheckRealAt = Math.max(again, send.noSendBefore ?? again);
  return accepted(track(draftOf(state), operation, { send: { ...send, nextCheckAt: null, nextCheckRealAt } }));
}
