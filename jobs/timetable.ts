import { advanceTestClocks } from '../src/application/jobs/advance-test-clocks.ts';
import { announceDue } from '../src/application/jobs/announce-due.ts';
import type { CoreServices } from '../src/application/services/core-services.ts';
import type { JobDeclaration } from '../src/application/ports/job.ts';
import { sweepOutbox } from '../src/application/outbox/sweep-outbox.ts';
import { reconcile } from '../src/application/reconciliation/reconcile.ts';
import { minuteMs, secondMs } from '../src/domain/model/instant.ts';
import { type WindowName, windowNames } from '../src/domain/reconciliation/windows.ts';
import { type TimerType, timerTypes } from '../src/domain/timers/index.ts';

type Job = JobDeclaration<CoreServices>;

/** One job for each timer type. It announces what is due and decides nothing. */
const announcements: Readonly<Record<TimerType, Omit<Job, 'run'>>> = {
  'subscription.renewal_due': {
    name: 'announce-renewals',
    everyMs: secondMs,
    why: 'A period that ends is charged within seconds of its end.',
  },
  'subscription.expiry_due': {
    name: 'announce-expiries',
    everyMs: secondMs,
    why: 'Access that has run out is withdrawn within seconds, or extended while a charge is unresolved.',
  },
  'subscription.notice_due': {
    name: 'announce-notices',
    everyMs: 10 * secondMs,
    why: 'A notice is given three days or a day ahead, and a charge waits for a late one: seconds do not matter.',
  },
  'payment.status_check_due': {
    name: 'announce-status-checks',
    everyMs: secondMs,
    why: 'Pages are polled from 30 s on and unanswered sends are repeated after 45 s, also when notifications are lost.',
  },
  'receipt.check_due': {
    name: 'announce-receipt-checks',
    everyMs: 60 * secondMs,
    why: 'Whether a receipt is registered is read after five minutes at the earliest, and no subscriber waits for it.',
  },
  'refund.alarm_due': {
    name: 'announce-refund-alarms',
    everyMs: 60 * secondMs,
    why: 'Operators are alerted of a refund that is late; a minute more of two days is no harm.',
  },
  'subscription.hold_alarm_due': {
    name: 'announce-hold-alarms',
    everyMs: 60 * secondMs,
    why: 'Operators are alerted of a hold that has lasted an hour, and daily from then on; a minute more is no harm.',
  },
};

const sweep: Job = {
  name: 'sweep-outbox',
  everyMs: 2 * secondMs,
  why: 'A fact whose process died after the save is published from the document, well within a minute.',
  run: sweepOutbox,
};

/** One job for each window. It runs every minute and goes on with a comparison that is under way, or begins one that is due. */
const reconciliations: Readonly<Record<WindowName, string>> = {
  recent: 'Money that no notification named is found within minutes: every 10 minutes the last 3 hours.',
  nightly: 'What was under way then, and what an outage has hidden, is found by night: the last 4 days.',
  weekly: 'Refunds and payments that end late are found: every week the last 45 days.',
};

/** Every job. */
export const timetable: readonly Job[] = [
  ...timerTypes.map((type): Job => ({ ...announcements[type], run: (services) => announceDue(services, [type]) })),
  sweep,
  ...windowNames.map((window): Job => ({
    name: `reconcile-${window}`,
    everyMs: minuteMs,
    why: reconciliations[window],
    run: (services) => reconcile(services, window),
  })),
];

/** Jobs that run only where test clocks exist. */
export const developmentTimetable: readonly Job[] = [
  {
    name: 'advance-test-clocks',
    everyMs: secondMs,
    why: 'A test clock that has not reached its target is moved from one due instant to the next.',
    run: advanceTestClocks,
  },
];
