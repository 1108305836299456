import type { Command } from '../../domain/commands/index.ts';
import type { PublicEvent } from '../../domain/model/events.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Timer } from '../../domain/timers/index.ts';
import type { OutMessage } from './outbox.ts';

/** Travels from the HTTP header through Kafka to the provider call. */
export type Trace = { readonly correlationId: string; readonly causationId: string | null };

/** The object a notification points at; nothing else of it is believed. */
export type Hint = { readonly provider: string; readonly objectType: 'payment' | 'refund'; readonly objectId: string };

/**
 * Domain values → messages of the contract (schemas/). Validates and size-checks: what it returns can be published.
 * Throws on a value that breaks the contract: that is a bug of ours, found before the save.
 */
export type MessageFactory = {
  readonly fact: (
    event: PublicEvent,
    about: { readonly userId: string; readonly sequence: number; readonly at: Instant; readonly trace: Trace },
  ) => OutMessage;
  readonly command: (command: Command, trace: Trace) => OutMessage;
  readonly timer: (
    timer: Timer,
    about: { readonly userId: string; readonly at: Instant; readonly trace: Trace },
  ) => OutMessage;
  readonly hint: (hint: Hint, about: { readonly at: Instant; readonly trace: Trace }) => OutMessage;
};
