import { dayMs, hourMs, minuteMs, secondMs } from './instant.ts';

/** The numbers of the business, in one table. Changing one changes no code. */
export type Policy = {
  readonly timeZone: string;
  readonly graceMs: number;
  /** Offsets from the due instant of the charges of one period; the first is the due instant itself. */
  readonly ladderMs: readonly number[];
  readonly ladderJitterMs: number;
  /** Pauses of the short repeats after a technical decline, before the next step of the ladder. */
  readonly shortRetriesMs: readonly number[];
  /** Caps per card and amount: card schemes fine those who hammer. */
  readonly attemptCaps: readonly { readonly windowMs: number; readonly attemptsMax: number }[];
  /** A key is never sent this long after its first send: the provider forgets it after 24 h and would charge again. */
  readonly keyLifeMs: number;
  /** How long a reservation covers the wire: 5 s to leave + 40 s to be answered. */
  readonly reservationMs: number;
  /** Pauses before an unknown send is repeated; the last one repeats until the key is too old. */
  readonly unknownRepeatsMs: readonly number[];
  /** Pauses after a send that surely did not leave; when used up the operation is aborted. */
  readonly unsentRepeatsMs: { readonly checkout: readonly number[]; readonly charge: readonly number[] };
  /** Looks at an open page after its creation; then hourly for a day, then daily. */
  readonly pollsMs: readonly number[];
  readonly pollHourlyUntilMs: number;
  /** A page older than this is not shown again: the provider closes it after 60 minutes, and paying takes some of them. */
  readonly pageShownMs: number;
  readonly absentAfterMs: number;
  readonly absentApartMs: number;
  readonly stuckAfterMs: number;
  readonly refundRetryFirstMs: number;
  readonly refundRetryDailyMs: number;
  readonly refundRetryUntilMs: number;
  /** How far access is extended at a time while a charge is unresolved or the subscription is held. */
  readonly extensionMs: number;
  /** A saved intent that its own process did not send (no free slot, or it died) is picked up after this long. */
  readonly intentPickupMs: number;
  /** How far the clocks of our machines may differ: nothing is announced before it is due on the slowest of them. */
  readonly clockSkewMs: number;
  readonly watchedMax: number;
  readonly capturesMax: number;
  readonly commandsMax: number;
};

export const defaultPolicy: Policy = {
  timeZone: 'Europe/Moscow',
  graceMs: 3 * dayMs,
  ladderMs: [0, 1, 3, 6, 10, 14, 21].map((days) => days * dayMs),
  ladderJitterMs: 30 * minuteMs,
  shortRetriesMs: [15 * minuteMs, hourMs, 4 * hourMs],
  attemptCaps: [
    { windowMs: dayMs, attemptsMax: 10 },
    { windowMs: 30 * dayMs, attemptsMax: 20 },
  ],
  keyLifeMs: 23 * hourMs,
  reservationMs: 45 * secondMs,
  unknownRepeatsMs: [45 * secondMs, minuteMs, 2 * minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs],
  unsentRepeatsMs: {
    checkout: [2, 5, 10, 20].map((seconds) => seconds * secondMs),
    charge: [
      5 * secondMs,
      30 * secondMs,
      ...[1, 2, 5, 15, 30].map((minutes) => minutes * minuteMs),
      hourMs,
      hourMs,
      hourMs,
    ],
  },
  pollsMs: [30 * secondMs, ...[1, 2, 5, 10, 20, 40, 65].map((minutes) => minutes * minuteMs)],
  pollHourlyUntilMs: dayMs,
  pageShownMs: 45 * minuteMs,
  absentAfterMs: dayMs,
  absentApartMs: 10 * minuteMs,
  stuckAfterMs: 7 * dayMs,
  refundRetryFirstMs: hourMs,
  refundRetryDailyMs: dayMs,
  refundRetryUntilMs: 30 * dayMs,
  extensionMs: dayMs,
  intentPickupMs: 5 * secondMs,
  clockSkewMs: secondMs,
  watchedMax: 8,
  capturesMax: 24,
  commandsMax: 50,
};
