import { declineRules } from '../../domain/model/decline-table.ts';
import type { DomainEvent } from '../../domain/model/events.ts';
import { toIso } from '../../domain/model/instant.ts';
import type { Log, LogFields } from '../ports/log.ts';

const whyLate = {
  open_for_too_long: 'the refund is late, and the law gives three days',
  no_money_in_the_shop: 'the shop has not enough money for the refund',
} as const;

/** The log fields of an event that operators are alerted of; null for other events. */
function concern(event: DomainEvent): LogFields | null {
  if (event.type === 'invariant.violated') {
    return { rule: event.rule, subjectId: event.subjectId, detail: event.detail };
  }
  // What staff record themselves is no news to them.
  if (event.type === 'refund.recorded_external' && event.by === undefined) {
    const { providerRefundId: subjectId, amount, capturedMinor } = event;
    const detail = `${amount.amountMinor} of ${capturedMinor} went back by a refund of the cabinet; access and renewal stay`;
    return { subjectId, detail };
  }
  if (event.type === 'receipt.failed') {
    const { kind, id: subjectId, providerObjectId } = event.receipt;
    const detail = `the receipt is ${event.reason}: ask the provider's support about ${kind} ${providerObjectId}`;
    return { subjectId, detail };
  }
  if (event.type === 'payment.stuck') {
    return { subjectId: event.payment.id, detail: 'the provider has not said for days what became of it' };
  }
  if (event.type === 'refund.alarmed') {
    const { id: subjectId, firstRequestedAt, state } = event.refund;
    return { subjectId, detail: `${whyLate[event.cause]}: asked for at ${toIso(firstRequestedAt)}, now ${state}` };
  }
  if (event.type === 'hold.alarmed') {
    const { reason, since } = event.held;
    return { subjectId: event.subscription.id, detail: `held since ${toIso(since)}: ${reason}` };
  }
  if (event.type !== 'payment.failed' || !declineRules[event.decline.class].alert) return null;
  return { subjectId: event.payment.id, detail: `declined: ${event.decline.reason}` };
}

/** Writes an error line that alerts operators. */
export const alertOperator = (log: Log, about: LogFields): void => log.error('an operator must act', about);

/** Alerts operators of events, once: only the process that saved them does. */
export function alertOperators(log: Log, userId: string, events: readonly DomainEvent[]): void {
  for (const event of events) {
    const about = concern(event);
    if (about !== null) alertOperator(log, { userId, type: event.type, ...about });
  }
}
