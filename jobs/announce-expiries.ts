import { announceDue } from '../src/application/announce-due.ts';
import type { CoreServices } from '../src/application/core-services.ts';
import type { JobDeclaration } from '../src/application/ports/job.ts';

export const announceExpiries: JobDeclaration<CoreServices> = {
  name: 'announce-expiries',
  everyMs: 1_000,
  why: 'Access that has run out is withdrawn within seconds, or extended while a charge is unresolved.',
  run: (services) => announceDue(services, ['subscription.expiry_due']),
};
