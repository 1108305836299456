import type { Draft } from './draft.ts';
import type { DomainEvent } from '../model/events.ts';

/** A decision: what happened, or, for staff and logs, why nothing did. */
export type Decision =
  | { readonly kind: 'accepted'; readonly events: readonly DomainEvent[] }
  | { readonly kind: 'ignored'; readonly reason: string };

export const accepted = ({ events }: Draft): Decision => ({ kind: 'accepted', events });
export const ignored = (reason: string): Decision => ({ kind: 'ignored', reason });
