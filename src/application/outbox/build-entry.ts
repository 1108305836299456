import type { ChangeSet } from '../../domain/subscription/finalize-decision.ts';
import { type DomainEvent, isPublic } from '../../domain/model/events.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { PaidWith, Payment } from '../../domain/model/payment.ts';
import { auditRow } from './audit-row.ts';
import { chargebackRow } from './chargeback-row.ts';
import { externalRefund } from './external-refund.ts';
import type { ReadModelRow, OutboxEntry } from '../ports/outbox.ts';
import { whyPaid } from './why-paid.ts';
import type { Trace, MessageFactory } from '../ports/message-factory.ts';

export type About = { readonly userId: string; readonly version: number; readonly at: Instant };
type Request = { readonly realNow: Instant; readonly requestId: string };

/** The method that history shows: the saved one that was charged, or what has paid the page. */
function methodOf(payment: Payment, { state, events }: ChangeSet): PaidWith | null {
  if (payment.methodId !== null) return state.methods.find((method) => method.id === payment.methodId) ?? null;
  const paid = events
    .map(({ event }) => event)
    .find((event) => event.type === 'payment.succeeded' && event.payment.id === payment.id);
  return paid?.type === 'payment.succeeded' ? paid.paidWith : null;
}

export function paymentRow(
  event: Extract<DomainEvent, { payment: unknown }>,
  changeSet: ChangeSet,
  about: About,
  known: ReadModelRow | undefined,
): ReadModelRow {
  const before = known?.model === 'payments' ? known : null;
  const capturedAt = 'capturedAt' in event ? event.capturedAt : (before?.capturedAt ?? null);
  const reason = event.type === 'payment.failed' ? event.decline.reason : (before?.reason ?? null);
  const { payment: row, place } = event;
  const paidWith = methodOf(row, changeSet);
  const method =
    paidWith === null
      ? null
      : { title: paidWith.title, last4: paidWith.last4, brand: paidWith.brand, type: paidWith.type ?? null };
  const why = whyPaid(row, changeSet, about.at);
  const common = { ...about, model: 'payments', id: row.id, row, place, reason, capturedAt, method } as const;
  return why === null ? common : { ...common, why };
}

type RefundEvent = Extract<DomainEvent, { readonly refund: unknown }>;

/**
 * A payment of which a part stays with us still pays for its period. Where the document has forgotten the capture, the row
 * that requested the refund has said it.
 */
export function refundRow({ refund, closed }: RefundEvent, { state }: ChangeSet, about: About): ReadModelRow {
  const capture = state.captures.find(({ paymentId }) => paymentId === refund.paymentId);
  const isPartial = capture === undefined || capture.refundedMinor < capture.capturedMinor;
  const isLate = refund.alarmedAt !== undefined && !closed;
  const late = isLate ? { lateSince: refund.firstRequestedAt } : {};
  return { ...about, model: 'refunds', id: refund.id, row: refund, isPartial, ...late };
}

export function receiptRow(event: Extract<DomainEvent, { receipt: unknown }>, about: About): ReadModelRow {
  const { kind, id, paymentId, subscriptionId, providerObjectId, vatCode, since, failed } = event.receipt;
  const unregistered = failed === null ? 'pending' : 'failed';
  const state = event.type === 'receipt.registered' ? 'registered' : unregistered;
  const row = { kind, id, paymentId, subscriptionId, providerObjectId, vatCode, since, failed, state } as const;
  return { ...about, model: 'receipts', id, row };
}

/** One row for each subscription, payment, refund and command that changed, after its last event, and for an order of staff. */
function readModelRows(changeSet: ChangeSet, about: About, request: Request): readonly ReadModelRow[] {
  const rows = new Map<string, ReadModelRow>();
  const put = (row: ReadModelRow): unknown => rows.set(`${row.model} ${row.id}`, row);
  for (const { event } of changeSet.events) {
    if ('subscription' in event) {
      put({ ...about, model: 'subscriptions', id: event.subscription.id, row: event.subscription });
    } else if ('payment' in event) {
      put(paymentRow(event, changeSet, about, rows.get(`payments ${event.payment.id}`)));
    } else if ('refund' in event) {
      put(refundRow(event, changeSet, about));
    } else if ('receipt' in event) {
      put(receiptRow(event, about));
    } else if (event.type === 'refund.recorded_external') {
      put({ ...about, ...externalRefund(event) });
    } else if (event.type === 'payment.chargeback_recorded') {
      put({ ...about, ...chargebackRow(event) });
    } else if (event.type === 'command.received' || event.type === 'command.resolved') {
      const id = event.type === 'command.received' ? event.entry.id : event.commandId;
      const row = changeSet.state.commands.find((entry) => entry.id === id);
      if (row !== undefined) put({ ...about, model: 'commands', id, row });
    } else if (event.type === 'staff.acted' || event.type === 'subscriber.commented') {
      put(auditRow(event, changeSet, { ...about, ...request }));
    }
  }
  return [...rows.values()];
}

/**
 * What one save has to publish: its facts in order, and its read model rows. Facts are validated here, before the save,
 * so that no outbox holds an unpublishable message. Null when there is nothing to publish.
 */
export function buildEntry(
  messageFactory: MessageFactory,
  changeSet: ChangeSet,
  about: {
    readonly userId: string;
    readonly version: number;
    readonly now: Instant;
    readonly realNow: Instant;
    readonly saveId: string;
  },
  trace: Trace,
): OutboxEntry | null {
  const { userId, version, now, realNow, saveId } = about;
  const messages = changeSet.events.flatMap(({ event, sequence }) =>
    sequence !== null && isPublic(event) ? [messageFactory.fact(event, { userId, sequence, at: now, trace })] : [],
  );
  const rows = readModelRows(changeSet, { userId, version, at: now }, { realNow, requestId: trace.correlationId });
  return messages.length === 0 && rows.length === 0 ? null : { id: saveId, at: realNow, messages, rows };
}
