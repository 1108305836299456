import type { Context, Ruling } from './context.ts';
import type { Subject } from './decide-reservation.ts';
import type { DomainEvent } from './events.ts';
import { findTarget } from './find-target.ts';
import type { SendRecord } from './send-record.ts';
import type { Subscriber } from './subscriber.ts';

/** No call slot is free: the intent stays in the document and is announced again soon; nothing waits in memory. */
export function decideDeferral(state: Subscriber, subject: Subject, context: Context): Ruling<DomainEvent> {
  const again = context.realNow + context.policy.intentPickupMs;
  const deferred = (send: SendRecord): SendRecord => ({
    ...send,
    nextCheckAt: null,
    nextCheckRealAt: Math.max(again, send.noSendBefore ?? again),
  });
  if (subject.kind === 'refund') {
    const refund = state.refunds.find((candidate) => candidate.id === subject.id);
    if (refund === undefined) return { kind: 'ignored', reason: 'refund is closed' };
    return {
      kind: 'accepted',
      events: [{ type: 'refund.tracked', refund: { ...refund, send: deferred(refund.send) }, closed: false }],
    };
  }
  const target = findTarget(state, subject.id);
  if (target === null) return { kind: 'ignored', reason: 'payment is closed' };
  const { payment, place } = target;
  return {
    kind: 'accepted',
    events: [{ type: 'payment.tracked', payment: { ...payment, send: deferred(payment.send) }, place }],
  };
}
