import type { PublicEvent } from '../domain/events.ts';
import type { MessageValues } from './generated/contract.ts';

export type FactType = PublicEvent['type'];
export type FactOf = { readonly [Type in FactType]: Extract<PublicEvent, { readonly type: Type }> };

/** One mapping per event: an event without a mapping, or without a schema, does not compile. */
export type FactMappers<Type extends FactType> = {
  readonly [Each in Type]: (event: FactOf[Each], userId: string) => MessageValues[Each];
};
