import { announceDue } from '../src/application/announce-due.ts';
import type { CoreServices } from '../src/application/core-services.ts';
import type { JobDeclaration } from '../src/application/ports/job.ts';

export const announceStatusChecks: JobDeclaration<CoreServices> = {
  name: 'announce-status-checks',
  everyMs: 1_000,
  why: 'Pages are polled from 30 s on and sends that nobody answered are repeated after 45 s, also when notifications are lost.',
  run: (services) => announceDue(services, ['payment.status_check_due']),
};
