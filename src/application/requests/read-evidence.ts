import type { CommandType } from '../../domain/commands/index.ts';
import type { CommandEntry } from '../../domain/model/command.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Audit, AuditEntry } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { HistoryPayment, PaymentHistory } from '../ports/history.ts';
import type { PastLookups } from '../ports/subscriber-store.ts';
import type { HistorySubscription, SubscriptionHistory } from '../ports/subscription-history.ts';

export type EvidenceServices = {
  readonly clock: Pick<Clock, 'now'>;
  readonly history: Pick<PaymentHistory, 'findOne'>;
  readonly subscriptionHistory: SubscriptionHistory;
  readonly past: Pick<PastLookups, 'findCommand'>;
  readonly audit: Pick<Audit, 'list'>;
};

type Done = Pick<CommandEntry, 'id' | 'type' | 'acceptedAt'>;
type Refund = HistoryPayment['refunds'][number];

/** What we can show to the bank about a payment, out of the read models. What they do not have is null. */
export type Evidence = {
  readonly readAt: Instant;
  readonly payment: HistoryPayment;
  readonly subscription: HistorySubscription | null;
  /** The command that gave the consent. */
  readonly consentedBy: Done | null;
  readonly refunds: readonly Refund[];
  readonly chargebacks: readonly Refund[];
  /** Purchases, cancels, uncancels and unlinked methods of the subscription, newest first. */
  readonly commands: readonly Done[];
  /** Orders of staff about the payment and its refunds, newest first. */
  readonly audit: readonly AuditEntry[];
  /** The lists of which only the newest entries are here. */
  readonly leftOut: readonly ('commands' | 'audit')[];
};

/** By these a subscriber says whether they want to be charged. */
const wishes: readonly CommandType[] = [
  'subscription.pay',
  'subscription.cancel',
  'subscription.uncancel',
  'payment_method.unlink',
];

/** Far more than a person gives in the life of a subscription. A longer list would be no evidence that a bank reads. */
const listedMax = 100;

async function auditOf({ audit }: EvidenceServices, { id, refunds }: HistoryPayment): Promise<readonly AuditEntry[]> {
  const subjects = [id, ...refunds.map((refund) => refund.id)].slice(0, listedMax);
  const found = await Promise.all(subjects.map((about) => audit.list({ about, limit: listedMax + 1, page: 1 })));
  return found.flat().toSorted((one, other) => other.at - one.at);
}

const isChargeback = ({ reason }: Refund): boolean => reason === 'chargeback';

/** Null where there is no payment of this id. */
export async function readEvidence(services: EvidenceServices, paymentId: string): Promise<Evidence | null> {
  const { clock, history, subscriptionHistory, past } = services;
  const found = await history.findOne(paymentId);
  if (found === null) return null;
  const { userId, ...payment } = found;
  const { subscriptionId, consent, refunds } = payment;
  const [subscription, consentedBy, commands, audit] = await Promise.all([
    subscriptionHistory.findSubscription(subscriptionId),
    consent === null ? null : past.findCommand(userId, consent.id),
    subscriptionHistory.listDone({ userId, subscriptionId, types: wishes, limit: listedMax + 1 }),
    auditOf(services, payment),
  ]);
  return {
    ...{ readAt: clock.now(), payment, subscription, consentedBy },
    refunds: refunds.filter((refund) => !isChargeback(refund)),
    chargebacks: refunds.filter(isChargeback),
    commands: commands.slice(0, listedMax),
    audit: audit.slice(0, listedMax),
    leftOut: [
      ...(commands.length > listedMax ? (['commands'] as const) : []),
      ...(audit.length > listedMax ? (['audit'] as const) : []),
    ],
  };
}
