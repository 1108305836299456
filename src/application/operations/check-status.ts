import {
  decideAbort,
  decideCheckResult,
  decideRefundRetry,
  type StatusCheck,
} from '../../domain/payment/decide-check-result.ts';
import type { Effect, Subject } from '../../domain/model/effect.ts';
import { type Check, planCheck } from '../../domain/payment/plan-check.ts';
import { type About, changeSubscriber, type Decide } from '../change/change-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Trace } from '../ports/message-factory.ts';
import { readSubscriber } from '../change/read-subscriber.ts';
import { deferOperation, sendOperation } from './send-operation.ts';

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

async function readAndApply(
  services: CoreServices,
  about: About,
  subject: Subject,
  check: Reading,
): Promise<readonly Effect[]> {
  const slot = services.provider.acquireSlot();
  if (slot === null) return deferOperation(services, about, subject);
  try {
    const statusCheck = await readProvider(services, check, about.trace);
    const { effects } = await changeSubscriber(services, about, (state, context) =>
      decideCheckResult(state, subject, statusCheck, context),
    );
    return effects;
  } finally {
    slot.release();
  }
}

/** Carries out one status check. Its result is applied by the same rules as an answer or a notification. */
export async function checkStatus(services: CoreServices, about: About, subject: Subject): Promise<readonly Effect[]> {
  const found = await readSubscriber(services, about.userId);
  const check = planCheck(found.state, subject, found.context);
  const apply = async (decide: Decide) => (await changeSubscriber(services, about, decide)).effects;
  switch (check.kind) {
    case 'nothing':
      services.log.debug('no status check', { userId: about.userId, subjectId: subject.id, reason: check.reason });
      return [];
    case 'send':
      return sendOperation(services, about, subject);
    case 'abort':
      return apply((state, context) => decideAbort(state, subject, context));
    case 'retry_refund':
      return apply((state, context) => decideRefundRetry(state, subject.id, context));
    case 'read':
    case 'search_payment':
    case 'search_refund':
      return readAndApply(services, about, subject, check);
  }
}
