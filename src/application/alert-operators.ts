import { declineRules } from '../domain/model/decline-table.ts';
import type { DomainEvent } from '../domain/model/events.ts';
import type { Log, LogFields } from './ports/log.ts';

/** What of an event a person must look at; null for the rest. */
function concern(event: DomainEvent): LogFields | null {
  if (event.type === 'invariant.violated') {
    return { rule: event.rule, subjectId: event.subjectId, detail: event.detail };
  }
  if (event.type === 'payment.stuck') {
    return { subjectId: event.payment.id, detail: 'the provider has not said for days what became of it' };
  }
  if (event.type !== 'payment.failed' || !declineRules[event.decline.class].alert) return null;
  return { subjectId: event.payment.id, detail: `declined: ${event.decline.reason}` };
}

/** An error line that operators are alerted by. */
export const callPersonAbout = (log: Log, about: LogFields): void => log.error('a person must look', about);

/** One per event that calls a person. Said once, by the process whose save it was. */
export function alertOperators(log: Log, userId: string, events: readonly DomainEvent[]): void {
  for (const event of events) {
    const about = concern(event);
    if (about !== null) callPersonAbout(log, { userId, type: event.type, ...about });
  }
}
