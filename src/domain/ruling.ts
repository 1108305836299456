import type { Draft } from './draft.ts';
import type { DomainEvent } from './events.ts';

/** A decision: what happened, or, for staff and logs, why nothing did. */
export type Ruling =
  | { readonly kind: 'accepted'; readonly events: readonly DomainEvent[] }
  | { readonly kind: 'ignored'; readonly reason: string };

export const accepted = ({ events }: Draft): Ruling => ({ kind: 'accepted', events });
export const ignored = (reason: string): Ruling => ({ kind: 'ignored', reason });
