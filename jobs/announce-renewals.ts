import { announceDue } from '../src/application/announce-due.ts';
import type { CoreServices } from '../src/application/core-services.ts';
import type { JobDeclaration } from '../src/application/ports/job.ts';

export const announceRenewals: JobDeclaration<CoreServices> = {
  name: 'announce-renewals',
  everyMs: 1_000,
  why: 'A period that ends is charged within seconds of its end.',
  run: (services) => announceDue(services, ['subscription.renewal_due']),
};
