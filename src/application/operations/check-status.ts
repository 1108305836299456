import {
  decideAbort,
  decideCheckResult,
  decideRefundRetry,
  type StatusCheck,
} from '../../domain/payment/decide-check-result.ts';
import type { Effect, Subject } from '../../domain/model/effect.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { CheckResult } from '../../domain/model/provider.ts';
import { type Check, planCheck } from '../../domain/payment/plan-check.ts';
import { type About, changeSubscriber, type Decide } from '../change/change-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Trace } from '../ports/message-factory.ts';
import { readSubscriber } from '../change/read-subscriber.ts';
import { deferOperation, sendOperation } from './send-operation.ts';

type Read = Extract<Check, { kind: 'read' }>;
type Search = Extract<Check, { kind: 'search_payment' | 'search_refund' }>;

async function applyResult(
  services: CoreServices,
  about: About,
  subject: Subject,
  statusCheck: StatusCheck,
): Promise<readonly Effect[]> {
  const { effects } = await changeSubscriber(services, about, (state, context) =>
    decideCheckResult(state, subject, statusCheck, context),
  );
  return effects;
}

async function readAndApply(
  services: CoreServices,
  about: About,
  subject: Subject,
  { check, askedAt }: { readonly check: Read; readonly askedAt: Instant },
): Promise<readonly Effect[]> {
  const { provider } = services;
  const slot = provider.acquireSlot();
  if (slot === null) return deferOperation(services, about, subject);
  try {
    const checkResult = await provider.read(check.object, check.id, about.trace.correlationId);
    return await applyResult(services, about, subject, { checkResult, via: 'poll', askedAt });
  } finally {
    slot.release();
  }
}

function searchProvider({ provider }: CoreServices, check: Search, { correlationId }: Trace): Promise<CheckResult> {
  const { paymentId } = check;
  if (check.kind === 'search_refund') {
    const { providerPaymentId, refundId } = check;
    return provider.search({ object: 'refund', providerPaymentId, paymentId, refundId }, correlationId);
  }
  const { from, to } = check;
  return provider.search({ object: 'payment', paymentId, from, to }, correlationId);
}

/** Carries out one status check. Its result is applied by the same rules as an answer or a notification. */
export async function checkStatus(services: CoreServices, about: About, subject: Subject): Promise<readonly Effect[]> {
  const found = await readSubscriber(services, about.userId);
  const check = planCheck(found.state, subject, found.context);
  const askedAt = found.context.now;
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
      return readAndApply(services, about, subject, { check, askedAt });
    case 'search_payment':
    case 'search_refund': {
      // No call slot: a search may wait for minutes in a budget of its own.
      const checkResult = await searchProvider(services, check, about.trace);
      return applyResult(services, about, subject, { checkResult, via: 'list', askedAt });
    }
  }
}
