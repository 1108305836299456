import type { Context } from './context.ts';
import { draftOf } from './draft.ts';
import { findOperation, type Subject, track } from './operation.ts';
import { accepted, ignored, type Ruling } from './ruling.ts';
import type { Subscriber } from './subscriber.ts';

/** No call slot is free: the intent stays in the document and is announced again soon; nothing waits in memory. */
export function decideDeferral(state: Subscriber, subject: Subject, context: Context): Ruling {
  const operation = findOperation(state, subject);
  if (operation === null || operation.entry.state === 'failed') return ignored(`${subject.kind} is closed`);
  const { send } = operation.entry;
  const again = context.realNow + context.policy.intentPickupMs;
  const nextCheckRealAt = Math.max(again, send.noSendBefore ?? again);
  return accepted(track(draftOf(state), operation, { send: { ...send, nextCheckAt: null, nextCheckRealAt } }));
}
