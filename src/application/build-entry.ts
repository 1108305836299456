import type { Conclusion } from '../domain/conclude.ts';
import type { DomainEvent } from '../domain/events.ts';
import { isPublic } from '../domain/events.ts';
import type { Instant } from '../domain/instant.ts';
import type { Payment, SavedMethod } from '../domain/payment.ts';
import type { LedgerRow, OutboxEntry } from './ports/outbox.ts';
import type { Trace, Wire } from './ports/wire.ts';

type About = { readonly userId: string; readonly version: number; readonly at: Instant };

/** What history shows of the card: the saved one that was charged, or the one saved with this very payment. */
function methodOf(payment: Payment, { state, events }: Conclusion): SavedMethod | null {
  if (payment.methodId !== null) return state.methods.find((method) => method.id === payment.methodId) ?? null;
  if (payment.state !== 'succeeded') return null;
  const saved = events.map(({ event }) => event).find((event) => event.type === 'payment_method.saved');
  return saved?.method ?? null;
}

function paymentRow(
  event: Extract<DomainEvent, { payment: unknown }>,
  conclusion: Conclusion,
  about: About,
  known: LedgerRow | undefined,
): LedgerRow {
  const before = known?.ledger === 'payments' ? known : null;
  const capturedAt = 'capturedAt' in event ? event.capturedAt : (before?.capturedAt ?? null);
  const reason = event.type === 'payment.failed' ? event.decline.reason : (before?.reason ?? null);
  const { payment: row, place } = event;
  const card = methodOf(row, conclusion);
  const method = card === null ? null : { title: card.title, last4: card.last4 };
  return { ...about, ledger: 'payments', id: row.id, row, place, reason, capturedAt, method };
}

/** One row per thing that changed, as it is after the last event about it. */
function ledgerRows(conclusion: Conclusion, about: About): readonly LedgerRow[] {
  const rows = new Map<string, LedgerRow>();
  const put = (row: LedgerRow): unknown => rows.set(`${row.ledger} ${row.id}`, row);
  for (const { event } of conclusion.events) {
    if ('subscription' in event) {
      put({ ...about, ledger: 'subscriptions', id: event.subscription.id, row: event.subscription });
    } else if ('payment' in event) {
      put(paymentRow(event, conclusion, about, rows.get(`payments ${event.payment.id}`)));
    } else if ('refund' in event) {
      put({ ...about, ledger: 'refunds', id: event.refund.id, row: event.refund });
    } else if (event.type === 'command.received' || event.type === 'command.resolved') {
      const id = event.type === 'command.received' ? event.entry.id : event.commandId;
      const row = conclusion.state.commands.find((entry) => entry.id === id);
      if (row !== undefined) put({ ...about, ledger: 'commands', id, row });
    }
  }
  return [...rows.values()];
}

/**
 * All that one save must tell the world: facts in order, and the rows of the read models. Facts are validated here, before
 * the save, so that nothing in an outbox is unpublishable. Null when nobody needs to hear of it.
 */
export function buildEntry(
  wire: Wire,
  conclusion: Conclusion,
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
  const messages = conclusion.events.flatMap(({ event, sequence }) =>
    sequence !== null && isPublic(event) ? [wire.fact(event, { userId, sequence, at: now, trace })] : [],
  );
  const ledger = ledgerRows(conclusion, { userId, version, at: now });
  return messages.length === 0 && ledger.length === 0 ? null : { id: saveId, at: realNow, messages, ledger };
}
