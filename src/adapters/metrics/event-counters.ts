import { declineRules } from '../../domain/model/decline-table.ts';
import { differenceActions } from '../../domain/model/difference.ts';
import type { DomainEvent } from '../../domain/model/events.ts';
import type { LabelValues, Labels } from './label-values.ts';

type EventType = DomainEvent['type'];
type EventOf<Type extends EventType> = Extract<DomainEvent, { readonly type: Type }>;

/** A counter of events: the labels that each of its events has. An event of no counter is not counted. */
export type EventCounter = {
  readonly name: string;
  readonly help: string;
  readonly labels: LabelValues;
  readonly counts: { readonly [Type in EventType]?: (event: EventOf<Type>) => Labels };
};

const payment =
  (outcome: string) =>
  ({ payment: { kind } }: { readonly payment: { readonly kind: string } }): Labels => ({ kind, outcome });
const one = (label: string, value: string) => (): Labels => ({ [label]: value });
const subscription = (change: string) => one('change', change);

/** What the saved events come to in metrics: a new event is a row. Each save is counted once, by the process that made it. */
export const eventCounters: readonly EventCounter[] = [
  {
    name: 'billing_payments_total',
    help: 'Payments by how they are made and what became of them',
    labels: {
      kind: ['checkout', 'charge'],
      outcome: ['created', 'succeeded', 'failed', 'unknown', 'reconciled', 'stuck', 'late_success', 'duplicate'],
    },
    counts: {
      'payment.created': payment('created'),
      'payment.succeeded': payment('succeeded'),
      'payment.failed': payment('failed'),
      'payment.unknown': payment('unknown'),
      'payment.reconciled': payment('reconciled'),
      'payment.stuck': payment('stuck'),
      'payment.late_success': payment('late_success'),
      'payment.duplicate_detected': payment('duplicate'),
    },
  },
  {
    name: 'billing_declines_total',
    help: 'Failed payments by the class of the decline',
    labels: { class: Object.keys(declineRules) },
    counts: { 'payment.failed': ({ decline }) => ({ class: decline.class }) },
  },
  {
    name: 'billing_refunds_total',
    help: 'Refunds by what became of them; external ones were made in the cabinet of the provider',
    labels: { outcome: ['requested', 'succeeded', 'failed', 'external'] },
    counts: {
      'refund.requested': one('outcome', 'requested'),
      'refund.succeeded': one('outcome', 'succeeded'),
      'refund.failed': one('outcome', 'failed'),
      'refund.recorded_external': one('outcome', 'external'),
    },
  },
  {
    name: 'billing_chargebacks_total',
    help: 'Chargebacks that staff recorded, by what the bank has decided',
    labels: { state: ['open', 'won', 'lost'] },
    counts: {
      'payment.chargeback_recorded': ({ won }) => ({ state: won === null ? 'open' : won ? 'won' : 'lost' }),
    },
  },
  {
    name: 'billing_receipts_total',
    help: 'Fiscal receipts by what became of them',
    labels: { outcome: ['registered', 'failed'] },
    counts: { 'receipt.registered': one('outcome', 'registered'), 'receipt.failed': one('outcome', 'failed') },
  },
  {
    name: 'billing_bindings_total',
    help: 'Methods added without paying, by what became of it',
    labels: { outcome: ['bound', 'failed'] },
    counts: { 'payment_method.bound': one('outcome', 'bound'), 'payment_method.bind_failed': one('outcome', 'failed') },
  },
  {
    name: 'billing_subscriptions_total',
    help: 'Changes of subscriptions',
    labels: {
      change: [
        ...['created', 'activated', 'not_paid', 'renewed', 'past_due'],
        ...['cancel_scheduled', 'renewal_stopped', 'canceled', 'expired'],
      ],
    },
    counts: {
      'subscription.created': subscription('created'),
      'subscription.activated': subscription('activated'),
      'subscription.activation_expired': subscription('not_paid'),
      'subscription.renewed': subscription('renewed'),
      'subscription.past_due': subscription('past_due'),
      'subscription.cancel_scheduled': subscription('cancel_scheduled'),
      'subscription.renewal_stopped': subscription('renewal_stopped'),
      'subscription.canceled': subscription('canceled'),
      'subscription.expired': subscription('expired'),
    },
  },
  {
    name: 'billing_notices_total',
    help: 'Notices that were published, by kind',
    labels: { kind: ['renewal_upcoming', 'retry_upcoming', 'grace_ending', 'ending', 'contact_missing'] },
    counts: {
      'notice.renewal_upcoming': one('kind', 'renewal_upcoming'),
      'notice.retry_upcoming': one('kind', 'retry_upcoming'),
      'notice.grace_ending': one('kind', 'grace_ending'),
      'notice.ending': one('kind', 'ending'),
      'notice.contact_missing': one('kind', 'contact_missing'),
    },
  },
  {
    name: 'billing_notices_skipped_total',
    help: 'Notices that were not given, because what they announce had come',
    labels: { kind: ['grace_ending', 'ending'] },
    counts: { 'notice.skipped': ({ kind }) => ({ kind }) },
  },
  {
    name: 'billing_unlinks_total',
    help: 'Cards that may not be charged any more, by who ordered it',
    labels: { by: ['subscriber', 'staff'] },
    counts: { 'payment_method.unlinked': ({ by }) => ({ by }) },
  },
  {
    name: 'billing_receipt_contacts_total',
    help: 'Receipt contacts that were set or taken back',
    labels: { change: ['set', 'cleared'] },
    counts: { 'receipt_contact.changed': ({ contact }) => ({ change: contact === null ? 'cleared' : 'set' }) },
  },
  {
    name: 'billing_commands_total',
    help: 'Commands by their outcome',
    labels: { outcome: ['completed', 'requires_action', 'rejected'] },
    counts: { 'command.resolved': ({ outcome }) => ({ outcome: outcome.kind }) },
  },
  {
    name: 'billing_invariant_violations_total',
    help: 'Contradictions between the provider and what was asked of it, by the rule that they break',
    labels: { rule: ['provider_mismatch', 'foreign_object', 'refund_exhausted', 'contradiction'] },
    counts: { 'invariant.violated': ({ rule }) => ({ rule }) },
  },
  {
    name: 'billing_differences_total',
    help: 'Differences between our books and those of the provider that a subscriber has, by kind',
    labels: { kind: Object.keys(differenceActions) },
    counts: { 'reconciliation.difference_found': ({ kind }) => ({ kind }) },
  },
];
