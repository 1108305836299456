import type { Instant } from '../../domain/model/instant.ts';

export const noticeChannels = ['email', 'push', 'sms', 'other'] as const;

/** What the service that sends notices reports of one. It is evidence of a charge, and no rule decides by it. */
export type NoticeReport = {
  readonly noticeId: string;
  readonly userId: string;
  /** As the reporting service says, on its clock. */
  readonly deliveredAt: Instant;
  readonly channel: (typeof noticeChannels)[number];
};

/** What became of a report. `repeated`: the notice has one already. `dropped`: it is of no notice of the subscriber. */
export const reportOutcomes = ['kept', 'repeated', 'dropped'] as const;
export type ReportOutcome = (typeof reportOutcomes)[number];

/** Kept as long as the history of payments, which shows them: at most one for each notice that was given. */
export type NoticeReports = {
  /** When the notice was given, as a payment of the user names it; null where none does. */
  readonly findNamed: (userId: string, noticeId: string) => Promise<Instant | null>;
  /** The first report of a notice stays: a later one changes nothing, and is `repeated`. */
  readonly keep: (report: NoticeReport) => Promise<'kept' | 'repeated'>;
};
