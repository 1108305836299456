import type { Subject } from '../domain/payment/operation.ts';
import type { DomainEvent } from '../domain/model/events.ts';
import type { Payment } from '../domain/model/payment.ts';
import type { SendRecord } from '../domain/model/send-record.ts';
import type { Changed } from './change-subscriber.ts';
import { checkStatus } from './check-status.ts';
import type { CoreServices } from './core-services.ts';
import type { Trace } from './ports/message-factory.ts';
import { type CallSlot, sendOperation, sendReserved } from './send-operation.ts';
import { withHandlerDeadline } from './handler-deadline.ts';

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

/** The payment that the change created and reserved in one save; its slot is already in hand. */
function reservedPayment(changed: Extract<Changed, { kind: 'changed' }>): string | null {
  const { payment } = changed.subscriber;
  const created = changed.events.some((event) => event.type === 'payment.created' && event.payment.id === payment?.id);
  return created && payment?.state === 'sending' ? payment.id : null;
}

async function follow(services: CoreServices, about: About, changed: Changed | null, depth = 0): Promise<void> {
  if (changed?.kind !== 'changed' || depth >= depthMax) return;
  const { userId, trace } = about;
  const reserved = reservedPayment(changed);
  for (const next of changed.events.flatMap((event) => followUp(event) ?? [])) {
    if (next.subject.id === reserved) continue;
    const act = next.how === 'send' ? sendOperation : checkStatus;
    await follow(services, about, await act(services, userId, next.subject, trace), depth + 1);
  }
}

async function carryOut(
  services: CoreServices,
  about: About,
  changed: Changed | null,
  held: CallSlot | null,
): Promise<void> {
  const id = changed?.kind === 'changed' ? reservedPayment(changed) : null;
  if (held !== null && id === null) held.slot.release();
  if (held !== null && id !== null && changed?.kind === 'changed') {
    const reserved = { saved: changed.saved, subject: { kind: 'payment' as const, id }, trace: about.trace };
    await follow(services, about, await sendReserved(services, reserved, held), 1);
  }
  await follow(services, about, changed);
}

/** Carries out what a decision calls for at the provider, and what that calls for in its turn. */
export async function runEffects(
  services: CoreServices,
  about: About,
  changed: Changed | null,
  held: CallSlot | null = null,
): Promise<void> {
  // The decision is saved: whatever fails from here on is found again in the document, the message is done.
  const work = carryOut(services, about, changed, held).catch((cause: unknown) => {
    services.log.warn('provider operation failed; its announcement repeats it', { userId: about.userId }, cause);
  });
  await withHandlerDeadline(services, work);
}
