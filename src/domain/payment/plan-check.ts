import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import { findOperation, type MoneyOperation, providerIdOf, providerObjects } from './operation.ts';
import type { Subject } from '../model/effect.ts';
import type { ProviderObjects } from '../model/provider.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import { refundNameOf } from '../model/refund-name.ts';
import { sendPermit } from './reserve.ts';
import { possiblySent, type SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** The next step of a status check. The application carries it out and passes the result to decideCheckResult. */
export type Check =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'send' }
  | { readonly kind: 'read'; readonly object: keyof ProviderObjects; readonly id: string }
  | { readonly kind: 'search_payment'; readonly paymentId: string; readonly from: Instant; readonly to: Instant }
  | {
      readonly kind: 'search_refund';
      readonly paymentId: string;
      readonly refundId: string | null;
      readonly providerPaymentId: string;
    }
  /** Nothing may be sent any more, and certainly nothing is at the provider, or nothing that a page was shown of. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'retry_refund' };

const nothing = (reason: string): Check => ({ kind: 'nothing', reason });

const isDue = (send: SendRecord, context: Context): boolean =>
  (send.nextCheckAt !== null && send.nextCheckAt <= context.now) ||
  (send.nextCheckRealAt !== null && send.nextCheckRealAt <= context.realNow);

/** The last send, on the subscriber's clock. A test clock may have moved since; no send is later than the key lives. */
function lastSentBy(
  { testClockId }: Subscriber,
  { lastSentAt }: SendRecord,
  since: Instant,
  { policy }: Context,
): Instant {
  return (testClockId === null ? lastSentAt : null) ?? since + policy.keyLifeMs;
}

/** Searches the provider's list for an operation that was sent and has no id, around its sends. */
function search(state: Subscriber, { kind, entry }: MoneyOperation, context: Context): Check {
  if (kind === 'refund') {
    const { paymentId, providerPaymentId } = entry;
    return { kind: 'search_refund', paymentId, refundId: refundNameOf(entry), providerPaymentId };
  }
  const since = entry.send.firstSentAt ?? entry.createdAt;
  const { reservationMs, searchMarginMs } = context.policy;
  const until = lastSentBy(state, entry.send, since, context) + reservationMs;
  return { kind: 'search_payment', paymentId: entry.id, from: since - searchMarginMs, to: until + searchMarginMs };
}

/** Plans a status check against the current state, so a check that is announced twice or late is made at most once. */
export function planCheck(state: Subscriber, subject: Subject, context: Context): Check {
  const operation = findOperation(state, subject);
  if (operation === null) return nothing(`${subject.kind} is closed`);
  const { kind, entry } = operation;
  if (kind === 'refund' && mayBeRetried(entry)) {
    const due = entry.retryAt !== null && entry.retryAt <= context.now;
    return due ? { kind: 'retry_refund' } : nothing('not due yet');
  }
  if (!isDue(entry.send, context)) return nothing('not due yet');
  const permit = sendPermit(state, operation, context);
  if (permit.kind === 'send') return { kind: 'send' };
  const id = providerIdOf(operation);
  if (id !== null) return { kind: 'read', object: providerObjects[kind], id };
  if (permit.kind === 'wait') return nothing(permit.reason);
  // A binding is in no list, and no one has seen the page of one that has no id: nothing can have been saved there.
  if (possiblySent(entry.send) === 0 || operation.kind === 'binding') return { kind: 'abort' };
  return search(state, operation, context);
}
