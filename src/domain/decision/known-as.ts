import type { DomainEvent } from '../model/events.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Under which key the document remembers the event; null for one that it does not remember. */
function knownAs(event: DomainEvent): string | null {
  if (event.type === 'reconciliation.difference_found') return `${event.kind}:${event.subject.id}`;
  if (event.type === 'contradiction.resolved') return `contradiction:${event.subjectId}`;
  if (event.type !== 'invariant.violated') return null;
  return event.rule === 'foreign_object' || event.rule === 'contradiction' ? `${event.rule}:${event.subjectId}` : null;
}

/** Whether the same was published before: the provider may send news of one object any number of times. */
export function isKnown({ differences }: Subscriber, event: DomainEvent): boolean {
  const key = knownAs(event);
  return key !== null && differences.includes(key);
}

/** The newest key last. */
export function remember(state: Subscriber, event: DomainEvent): Subscriber {
  const key = knownAs(event);
  if (key === null) return state;
  return { ...state, differences: [...state.differences.filter((other) => other !== key), key] };
}
