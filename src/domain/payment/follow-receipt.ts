import { accepted, type Decision, type Draft, draftOf, ignored, record } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import { dayMs, type Instant, minuteMs } from '../model/instant.ts';
import type { Payment, Refund } from '../model/payment.ts';
import type { Policy } from '../model/policy.ts';
import type { CheckResult, ProviderObject } from '../model/provider.ts';
import type { FollowedReceipt, ReceiptFailure } from '../model/receipt.ts';
import type { Subscriber } from '../model/subscriber.ts';

type Moved =
  { readonly kind: 'payment'; readonly entry: Payment } | { readonly kind: 'refund'; readonly entry: Refund };

/** The next read: by the offsets of the policy, then daily. No notification says that a receipt was registered. */
const nextRead = (since: Instant, now: Instant, { receiptReadsMs }: Policy): Instant =>
  since + (receiptReadsMs.find((offset) => offset > now - since) ?? now - since + dayMs);

/** Operators are alerted once; while the provider may still register it, it is read further. */
const failReceipt = (draft: Draft, receipt: FollowedReceipt, reason: ReceiptFailure): Draft =>
  record(draft, { type: 'receipt.failed', receipt: { ...receipt, failed: reason }, closed: reason !== 'late', reason });

/** What the provider's object says about the receipt. */
function apply(
  draft: Draft,
  receipt: FollowedReceipt,
  registration: ProviderObject['receiptRegistration'],
  { now, policy }: Context,
): Draft {
  if (registration === 'succeeded') return record(draft, { type: 'receipt.registered', receipt, closed: true });
  if (registration === 'canceled') return failReceipt(draft, receipt, 'canceled');
  const ageMs = now - receipt.since;
  const planned = { ...receipt, nextReadAt: nextRead(receipt.since, now, policy) };
  if (ageMs >= policy.receiptLateMs && receipt.failed === null) return failReceipt(draft, planned, 'late');
  return record(draft, { type: 'receipt.tracked', receipt: planned, closed: ageMs >= policy.receiptFollowedMs });
}

/** Follows the receipt of money that has just moved. The oldest one gives way where too many are followed. */
export function followReceipt(
  draft: Draft,
  { kind, entry }: Moved,
  object: Pick<ProviderObject, 'id' | 'receiptRegistration'>,
  context: Context,
): Draft {
  if (entry.receipt === undefined) return draft;
  const { now, policy } = context;
  const { subscriptionId, receipt } = entry;
  const receipts = draft.state.receipts;
  const surplus = receipts.length >= policy.receiptsMax ? receipts[0] : undefined;
  const room = surplus === undefined ? draft : failReceipt(draft, surplus, 'not_followed');
  const followed: FollowedReceipt = {
    ...{ kind, id: entry.id, paymentId: kind === 'payment' ? entry.id : entry.paymentId, subscriptionId },
    ...{ providerObjectId: object.id, vatCode: receipt.vatCode, since: now, nextReadAt: now, failed: null },
  };
  return apply(room, followed, object.receiptRegistration, context);
}

export const findReceipt = ({ receipts }: Subscriber, id: string): FollowedReceipt | null =>
  receipts.find((receipt) => receipt.id === id) ?? null;

/** A read for which no call of the provider was free says nothing, not even that the receipt is late. */
const againMs = 5 * minuteMs;

export function deferReceipt(state: Subscriber, id: string, { now }: Context): Decision {
  const receipt = findReceipt(state, id);
  if (receipt === null) return ignored('the receipt is not followed');
  const later = { ...receipt, nextReadAt: now + againMs };
  return accepted(record(draftOf(state), { type: 'receipt.tracked', receipt: later, closed: false }));
}

/** Applies a read of the payment or refund to its receipt. A read without an answer is repeated like one that says nothing new. */
export function decideReceipt(state: Subscriber, id: string, checkResult: CheckResult, context: Context): Decision {
  const receipt = findReceipt(state, id);
  if (receipt === null) return ignored('the receipt is not followed');
  const registration = checkResult.kind === 'found' ? checkResult.object.receiptRegistration : 'pending';
  return accepted(apply(draftOf(state), receipt, registration, context));
}
