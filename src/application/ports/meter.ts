import type { DomainEvent } from '../../domain/model/events.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { PoisonCode } from './faults.ts';
import type { ReportOutcome } from './notice-reports.ts';

/** How the work on a message ended. `unavailable` and `bug` keep it in its partition. */
export const messageOutcomes = [
  ...(['handled', 'ignored', 'parked', 'dropped', 'deadLettered'] as const),
  ...(['unavailable', 'bug'] as const),
] as const;

/** What the provider may be asked, and what may come of it: the outcomes of PaymentProvider and ProviderList. */
export const providerOutcomes = {
  send: ['answered', 'unsent', 'refused', 'key_conflict', 'unknown'],
  read: ['found', 'absent', 'unavailable'],
  search: ['found', 'absent', 'unavailable'],
  list: ['page', 'unavailable'],
} as const;
export type ProviderOperation = keyof typeof providerOutcomes;

/** Counts what was done. It never throws and never waits. A process that dies loses its counts, and nothing else. */
export type Meter = {
  /** Events, counted by the process that saved them. `now` is the time on the subscriber's clock. */
  readonly saved: (events: readonly DomainEvent[], now: Instant) => void;
  readonly finished: (message: {
    readonly consumer: string;
    readonly outcome: (typeof messageOutcomes)[number];
    readonly durationMs: number;
  }) => void;
  readonly deadLettered: (message: { readonly consumer: string; readonly reason: PoisonCode }) => void;
  readonly noticeReported: (outcome: ReportOutcome) => void;
  readonly asked: (call: {
    readonly operation: ProviderOperation;
    readonly outcome: string;
    readonly durationMs: number;
  }) => void;
};

const nothing = (): void => undefined;

/** For a program that ends before its metrics could be read. */
export const silentMeter: Meter = {
  ...{ saved: nothing, finished: nothing, deadLettered: nothing, noticeReported: nothing, asked: nothing },
};
