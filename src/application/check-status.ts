import { decideDeferral } from '../domain/decide-deferral.ts';
import { decideAbort, decideFinding, decideRefundRetry, type Look } from '../domain/decide-finding.ts';
import type { Subject } from '../domain/decide-reservation.ts';
import { type Check, planCheck } from '../domain/plan-check.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Trace } from './ports/wire.ts';
import { sendOperation } from './send-operation.ts';

type Reading = Extract<Check, { kind: 'read' | 'search_payment' | 'search_refund' }>;

async function lookAt(services: CoreServices, check: Reading, trace: Trace): Promise<Look> {
  const { provider } = services;
  switch (check.kind) {
    case 'read':
      return { finding: await provider.read(check.object, check.id, trace.correlationId), via: 'poll' };
    case 'search_payment': {
      const { paymentId, from, to } = check;
      return {
        finding: await provider.search({ object: 'payment', paymentId, from, to }, trace.correlationId),
        via: 'list',
      };
    }
    case 'search_refund': {
      const { paymentId, providerPaymentId } = check;
      return {
        finding: await provider.search({ object: 'refund', providerPaymentId, paymentId }, trace.correlationId),
        via: 'list',
      };
    }
  }
}

async function lookAndApply(
  services: CoreServices,
  userId: string,
  subject: Subject,
  check: Reading,
  trace: Trace,
): Promise<Changed> {
  const slot = services.provider.reserveSlot();
  if (slot === null)
    return changeSubscriber(services, userId, (state, context) => decideDeferral(state, subject, context), { trace });
  try {
    const look = await lookAt(services, check, trace);
    return await changeSubscriber(services, userId, (state, context) => decideFinding(state, subject, look, context), {
      trace,
    });
  } finally {
    slot.release();
  }
}

/** Carries out one status check: what to do is decided against the state as it is now, what was found is applied alike. */
export async function checkStatus(
  services: CoreServices,
  userId: string,
  subject: Subject,
  trace: Trace,
): Promise<Changed | null> {
  let check: Check = { kind: 'nothing', reason: 'unknown user' };
  // Planning is a decision that changes nothing: it takes its state and its context from the same door.
  await changeSubscriber(
    services,
    userId,
    (state, context) => {
      check = planCheck(state, subject, context);
      return { kind: 'ignored', reason: 'planned' };
    },
    { trace },
  );
  return carryOut(services, userId, subject, check, trace);
}

// eslint-disable-next-line max-params -- private to this file, called once
async function carryOut(
  services: CoreServices,
  userId: string,
  subject: Subject,
  check: Check,
  trace: Trace,
): Promise<Changed | null> {
  switch (check.kind) {
    case 'nothing':
      services.log.debug('no status check', { userId, subjectId: subject.id, reason: check.reason });
      return null;
    case 'send':
      return sendOperation(services, userId, subject, trace);
    case 'abort':
      return changeSubscriber(services, userId, (state, context) => decideAbort(state, subject, context), { trace });
    case 'retry_refund':
      return changeSubscriber(services, userId, (state, context) => decideRefundRetry(state, subject.id, context), {
        trace,
      });
    case 'read':
    case 'search_payment':
    case 'search_refund':
      return lookAndApply(services, userId, subject, check, trace);
  }
}
