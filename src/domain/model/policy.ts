import type { ProviderNumbers } from './provider-numbers.ts';
import type { ReceiptRules } from './receipt.ts';
import { dayMs, hourMs, minuteMs, secondMs } from './instant.ts';

export type ChargingHours = { readonly fromMinutes: number; readonly untilMinutes: number };

/** Every number that we choose. docs/domain.md, "Money and periods", has the same table. */
export type OwnNumbers = {
  readonly timeZone: string;
  readonly graceMs: number;
  /** How long published access may lapse and still counts as unbroken: a timer that extends it needs seconds. */
  readonly accessLapseMs: number;
  /** How much of a paid period must be ahead for it to keep its boundary, where the next charge is made. */
  readonly chargesApartMs: number;
  /** When a period is charged, as offsets from its due instant; the first is the due instant itself. */
  readonly ladderMs: readonly number[];
  readonly ladderJitterMs: number;
  /** How long after its due instant a period is charged: for so long, or for its own length where that is longer. */
  readonly ladderUntilMs: number;
  /** Pauses before the short retries after a technical decline; then the ladder goes on. */
  readonly shortRetriesMs: readonly number[];
  /** How long before a renewal its notice is given. */
  readonly noticeMs: number;
  /** A charge waits so long after its notice, however late that was; and a retry without access has one so long before. */
  readonly noticeFloorMs: number;
  /** Renewals of shorter periods have no notice: a renewal that was paid announces the next. */
  readonly noticeFromDays: number;
  /** How long before an end of access, or of a subscription, its notices are given. */
  readonly endNoticesMs: readonly number[];
  readonly noticesMax: number;
  /** Caps per card and amount: card schemes fine merchants for excessive retries. */
  readonly attemptCaps: readonly { readonly windowMs: number; readonly attemptsMax: number }[];
  /** Pauses before a send with an unknown result is repeated. The last pause recurs until the key is too old. */
  readonly unknownRepeatsMs: readonly number[];
  /** Pauses after a send that certainly sent nothing; after the last one the operation is aborted. */
  readonly unsentRepeatsMs: { readonly checkout: readonly number[]; readonly charge: readonly number[] };
  /** Status checks of an open page, as offsets from its creation; then hourly for a day, then daily. */
  readonly pollsMs: readonly number[];
  readonly pollHourlyUntilMs: number;
  /** A payment was never made when the list lacks it this long after its first send, in two searches this far apart. */
  readonly absentAfterMs: number;
  readonly absentApartMs: number;
  /** The list is searched this long before and after the sends: for clocks that differ, and a request held on its way. */
  readonly searchMarginMs: number;
  readonly stuckAfterMs: number;
  readonly refundRetryFirstMs: number;
  readonly refundRetryDailyMs: number;
  readonly refundRetryUntilMs: number;
  /** A refund that is open for longer is one for a person: the law gives three days (69-FZ). */
  readonly refundAlarmMs: number;
  /** How far access is extended at a time while a charge is unresolved or the subscription is held. */
  readonly extensionMs: number;
  /** A hold ends the subscription this long after it began, but never before its paid time and grace are over. */
  readonly holdMaxMs: number;
  /** When operators are alerted of a hold that lasts: first after this time, then again after each such pause. */
  readonly holdAlarmFirstMs: number;
  readonly holdAlarmDailyMs: number;
  /** When the status-check timer sends an operation that its process did not send (no call slot, or the process died). */
  readonly intentPickupMs: number;
  /** How far the clocks of our machines may differ. A timer is announced only when it is due on the slowest of them. */
  readonly clockSkewMs: number;
  /** Attempts that a subscriber may ask for in 24 hours, outside the ladder. */
  readonly askedPerDayMax: number;
  /** Pages that a subscriber may open in 24 hours, to pay on or to add a method. */
  readonly pagesPerDayMax: number;
  readonly watchedMax: number;
  /** A client that sends a purchase again and again while its payment is out must not grow the document. */
  readonly waitingMax: number;
  readonly refundsMax: number;
  readonly capturesMax: number;
  readonly methodsMax: number;
  /** Methods that are linked at a time before no further one is bound. */
  readonly linkedMax: number;
  readonly commandsMax: number;
  readonly differencesMax: number;
  /** Since a backup: a month of daily charges, with attempts and refunds. Beyond it the subscription is held. */
  readonly recalledMax: number;
  /** When the registration of a receipt is read, as offsets from the moment at which the money moved; then daily. */
  readonly receiptReadsMs: readonly number[];
  /** A receipt that is not registered by then is one for the support of the provider. */
  readonly receiptLateMs: number;
  /** After this a late receipt is not read any more. */
  readonly receiptFollowedMs: number;
  readonly receiptsMax: number;
  /** When we may charge by ourselves, in minutes of the business day; null: at any time. */
  readonly chargingHours: ChargingHours | null;
  /** How far the date of the first charge may lie from the one that the terms have shown. */
  readonly termsApartMs: number;
  /** Whether a purchase with renewal, and an uncancel, must say what the subscriber was shown. */
  readonly termsRequired: boolean;
  /** How receipts are made; null where no receipts are made here. */
  readonly receipts: ReceiptRules | null;
};

/** What our rules go by: our own numbers, and what follows from those of the provider. */
export type Policy = OwnNumbers &
  Pick<
    ProviderNumbers,
    | 'paySystem'
    | 'keyLifeMs'
    | 'minRefundMinor'
    | 'remainderMinMinor'
    | 'refundWindowMs'
    | 'refundWindowsMs'
    | 'bindTypes'
    | 'emptyShopReason'
    | 'declineClasses'
  > & {
    /** How long one reservation blocks the next: until the request is sent, and until its answer. */
    readonly reservationMs: number;
    /** A page older than this is not shown again, because paying takes time. */
    readonly pageShownMs: number;
  };

/** A request leaves this soon after its call slot was acquired, or counts as unsent. */
export const dispatchWithinMs = 5 * secondMs;
/** What a person needs to pay. */
const payingMs = 15 * minuteMs;

export const policyWith = (provider: ProviderNumbers, own: OwnNumbers = defaultPolicy): Policy => ({
  ...own,
  ...{ keyLifeMs: provider.keyLifeMs, reservationMs: dispatchWithinMs + provider.answerMaxMs },
  pageShownMs: provider.pageLifeMs - payingMs,
  ...{ minRefundMinor: provider.minRefundMinor, remainderMinMinor: provider.remainderMinMinor },
  ...{ refundWindowMs: provider.refundWindowMs, refundWindowsMs: provider.refundWindowsMs },
  ...{ bindTypes: provider.bindTypes, emptyShopReason: provider.emptyShopReason },
  ...{ declineClasses: provider.declineClasses, paySystem: provider.paySystem },
});

export const defaultPolicy: OwnNumbers = {
  timeZone: 'Europe/Moscow',
  graceMs: 3 * dayMs,
  accessLapseMs: 10 * minuteMs,
  chargesApartMs: 20 * hourMs,
  ladderMs: [0, 1, 3, 6, 10, 14, 21].map((days) => days * dayMs),
  ladderJitterMs: 30 * minuteMs,
  ladderUntilMs: 7 * dayMs,
  shortRetriesMs: [15 * minuteMs, hourMs, 4 * hourMs],
  noticeMs: 3 * dayMs,
  noticeFloorMs: dayMs,
  noticeFromDays: 4,
  endNoticesMs: [7 * dayMs, dayMs],
  noticesMax: 8,
  attemptCaps: [
    { windowMs: dayMs, attemptsMax: 10 },
    { windowMs: 30 * dayMs, attemptsMax: 20 },
  ],
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
  absentAfterMs: dayMs,
  absentApartMs: 10 * minuteMs,
  searchMarginMs: 45 * minuteMs,
  stuckAfterMs: 7 * dayMs,
  refundRetryFirstMs: hourMs,
  refundRetryDailyMs: dayMs,
  refundRetryUntilMs: 30 * dayMs,
  refundAlarmMs: 2 * dayMs,
  extensionMs: dayMs,
  holdMaxMs: 30 * dayMs,
  holdAlarmFirstMs: hourMs,
  holdAlarmDailyMs: dayMs,
  intentPickupMs: 5 * secondMs,
  clockSkewMs: secondMs,
  askedPerDayMax: 3,
  pagesPerDayMax: 15,
  watchedMax: 8,
  waitingMax: 20,
  refundsMax: 24,
  capturesMax: 24,
  methodsMax: 24,
  linkedMax: 10,
  commandsMax: 50,
  differencesMax: 32,
  recalledMax: 100,
  receiptReadsMs: [5 * minuteMs, hourMs],
  receiptLateMs: 3 * dayMs,
  receiptFollowedMs: 30 * dayMs,
  receiptsMax: 64,
  chargingHours: null,
  // A late notice moves a charge by a day. The page may have been shown on the day before.
  termsApartMs: 2 * dayMs,
  termsRequired: false,
  receipts: null,
};
