import { decideDeferral } from '../domain/payment/decide-deferral.ts';
import {
  decideAbort,
  decideCheckResult,
  decideRefundRetry,
  type StatusCheck,
} from '../domain/payment/decide-check-result.ts';
import type { Subject } from '../domain/payment/operation.ts';
import { type Check, planCheck } from '../domain/payment/plan-check.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Trace } from './ports/message-factory.ts';
import { sendOperation } from './send-operation.ts';

type Reading = Extract<Check, { kind: 'read' | 'search_payment' | 'search_refund' }>;

async function readProvider(services: CoreServices, check: Reading, trace: Trace): Promise<StatusCheck> {
  const { provider } = services;
  switch (check.kind) {
    case 'read':
      return { checkResult: await provider.read(check.object, check.id, trace.correlationId), via: 'poll' };
    case 'search_payment': {
      const { paymentId, from, to } = check;
      return {
        checkResult: await provider.search({ object: 'payment', paymentId, from, to }, trace.correlationId),
        via: 'list',
      };
    }
    case 'search_refund': {
      const { paymentId, providerPaymentId } = check;
      return {
        checkResult: await provider.search({ object: 'refund', providerPaymentId, paymentId }, trace.correlationId),
        via: 'list',
      };
    }
  }
}

/** One status check under way. */
type Errand = { readonly userId: string; readonly subject: Subject; readonly trace: Trace };

async function readAndApply(services: CoreServices, errand: Errand, check: Reading): Promise<Changed> {
  const { userId, subject, trace } = errand;
  const slot = services.provider.acquireSlot();
  if (slot === null) {
    return changeSubscriber(services, userId, (state, context) => decideDeferral(state, subject, context), { trace });
  }
  try {
    const statusCheck = await readProvider(services, check, trace);
    return await changeSubscriber(
      services,
      userId,
      (state, context) => decideCheckResult(state, subject, statusCheck, context),
      {
        trace,
      },
    );
  } finally {
    slot.release();
  }
}

/** What is to be done, against the state as it is now: a decision that changes nothing, taken through the same door. */
async function plan(services: CoreServices, { userId, subject, trace }: Errand): Promise<Check> {
  let check: Check = { kind: 'nothing', reason: 'unknown user' };
  await changeSubscriber(
    services,
    userId,
    (state, context) => {
      check = planCheck(state, subject, context);
      return { kind: 'ignored', reason: 'planned' };
    },
    { trace },
  );
  return check;
}

/** Carries out one status check; what was found is applied by the same code as an answer or a notification. */
export async function checkStatus(
  services: CoreServices,
  userId: string,
  subject: Subject,
  trace: Trace,
): Promise<Changed | null> {
  const check = await plan(services, { userId, subject, trace });
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
      return readAndApply(services, { userId, subject, trace }, check);
  }
}
