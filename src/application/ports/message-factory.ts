import type { Command } from '../../domain/commands/index.ts';
import type { PublicEvent } from '../../domain/model/events.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { ProviderObjects } from '../../domain/model/provider.ts';
import type { Timer } from '../../domain/timers/index.ts';
import type { NoticeReport } from './notice-reports.ts';
import type { OutMessage } from './outbox.ts';

/** Passed from the HTTP header through Kafka to the provider call. */
export type Trace = { readonly correlationId: string; readonly causationId: string | null };

/** The object that a notification names. Nothing else of the notification is used. */
export type Hint<Kind extends keyof ProviderObjects = keyof ProviderObjects> = {
  readonly provider: string;
  readonly objectType: Kind;
  readonly objectId: string;
  /** `reconciliation`: our books and the provider's list differ about the object. Absent: a notification named it. */
  readonly origin?: 'reconciliation' | undefined;
};

/**
 * Domain values → messages of the contract (schemas/). It validates and checks the size, so every message it returns can
 * be published. It throws on a value that breaks the contract, which shows the bug before the save.
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
  readonly noticeReport: (report: NoticeReport, about: { readonly at: Instant; readonly trace: Trace }) => OutMessage;
};
