import type { Subject } from '../domain/decide-reservation.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { Payment } from '../domain/payment.ts';
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

function afterPayment(payment: Payment): Next | null {
  const subject = { kind: 'payment' as const, id: payment.id };
  const captures = payment.step === 'capture' && payment.state === 'created' && payment.send.sends === 0;
  if (captures) return { subject, how: 'send' };
  return wantsRead(payment.send, payment.providerPaymentId, payment.state) ? { subject, how: 'check' } : null;
}

function followUp(event: DomainEvent): Next | null {
  if (event.type === 'payment.created') return { subject: { kind: 'payment', id: event.payment.id }, how: 'send' };
  if (event.type === 'refund.requested') return { subject: { kind: 'refund', id: event.refund.id }, how: 'send' };
  if (event.type === 'payment.tracked') return afterPayment(event.payment);
  if (event.type !== 'refund.tracked') return null;
  const { id, send, providerRefundId, state } = event.refund;
  return wantsRead(send, providerRefundId, state) ? { subject: { kind: 'refund', id }, how: 'check' } : null;
}

type About = { readonly userId: string; readonly trace: Trace };

async function follow(services: CoreServices, about: About, changed: Changed | null, depth = 0): Promise<void> {
  if (changed?.kind !== 'changed' || depth >= depthMax) return;
  const { userId, trace } = about;
  for (const next of changed.events.flatMap((event) => followUp(event) ?? [])) {
    const act = next.how === 'send' ? sendOperation : checkStatus;
    await follow(services, about, await act(services, userId, next.subject, trace), depth + 1);
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
  const work = follow(services, { userId, trace }, changed);
  services.background.track(work);
  const bound = new AbortController();
  await Promise.race([work.catch(() => undefined), services.clock.wait(laneWaitMs, bound.signal)]);
  bound.abort();
}
