import type { CoreServices } from '../src/application/core-services.ts';
import type { JobDeclaration } from '../src/application/ports/job.ts';
import { advanceClocks } from './advance-test-clocks.ts';
import { announceExpiries } from './announce-expiries.ts';
import { announceRenewals } from './announce-renewals.ts';
import { announceStatusChecks } from './announce-status-checks.ts';
import { sweepOutboxes } from './sweep-outbox.ts';

/** Every job there is; each file says how often and why. They find what is due and announce it, they decide nothing. */
export const timetable: readonly JobDeclaration<CoreServices>[] = [
  announceRenewals,
  announceExpiries,
  announceStatusChecks,
  sweepOutboxes,
];

/** Jobs that exist only where test clocks do. */
export const developmentTimetable: readonly JobDeclaration<CoreServices>[] = [advanceClocks];
