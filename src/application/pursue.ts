import type { Subject } from '../domain/decide-reservation.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { SendRecord } from '../domain/send-record.ts';
import type { Changed } from './change-subscriber.ts';
import { checkStatus } from './check-status.ts';
import type { CoreServices } from './core-services.ts';
import type { Trace } from './ports/wire.ts';
import { sendOperation } from './send-operation.ts';

/** A lane waits this long for the provider; a later answer is recorded by the same code when it comes. */
const laneWaitMs = 3_000;
/** Follow-ups of follow-ups: a repeat's answer leads to a read, its result to a refund, the refund's answer to a read. */
const depthMax = 6;

type Next = { readonly subject: Subject; readonly how: 'send' | 'check' };

/** The answer to a repeat gave an id only: its state is read at once. */
const wantsRead = (send: SendRecord, knownId: string | null, state: string): boolean =>
  state === 'unknown' && knownId !== null && !send.readsOnly && send.nextCheckRealAt !== null;

function followUp(event: DomainEvent): Next | null {
  switch (event.type) {
    case 'payment.created':
      return { subject: { kind: 'payment', id: event.payment.id }, how: 'send' };
    case 'refund.requested':
      return { subject: { kind: 'refund', id: event.refund.id }, how: 'send' };
    case 'payment.tracked': {
      const { payment } = event;
      const subject = { kind: 'payment' as const, id: payment.id };
      if (payment.step === 'capture' && payment.state === 'created' && payment.send.sends === 0)
        return { subject, how: 'send' };
      return wantsRead(payment.send, payment.providerPaymentId, payment.state) ? { subject, how: 'check' } : null;
    }
    case 'refund.tracked': {
      const { refund } = event;
      return wantsRead(refund.send, refund.providerRefundId, refund.state)
        ? { subject: { kind: 'refund', id: refund.id }, how: 'check' }
        : null;
    }
    default:
      return null;
  }
}

async function follow(
  services: CoreServices,
  userId: string,
  changed: Changed | null,
  trace: Trace,
  depth = 0,
): Promise<void> {
  if (changed?.kind !== 'changed' || depth >= depthMax) return;
  for (const next of changed.events.flatMap((event) => followUp(event) ?? [])) {
    const act = next.how === 'send' ? sendOperation : checkStatus;
    await follow(services, userId, await act(services, userId, next.subject, trace), trace, depth + 1);
  }
}

/**
 * Carries out what a decision calls for at the provider. The lane waits for it a moment only: a provider that hangs must
 * not hold up other users, and what it says later is recorded all the same.
 */
export async function pursue(
  services: CoreServices,
  userId: string,
  changed: Changed | null,
  trace: Trace,
): Promise<void> {
  const work = follow(services, userId, changed, trace);
  services.background.track(work);
  const bound = new AbortController();
  await Promise.race([work.catch(() => undefined), services.clock.wait(laneWaitMs, bound.signal)]);
  bound.abort();
}
