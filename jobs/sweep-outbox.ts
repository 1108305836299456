import type { CoreServices } from '../src/application/core-services.ts';
import type { JobDeclaration } from '../src/application/ports/job.ts';
import { sweepOutbox } from '../src/application/sweep-outbox.ts';

export const sweepOutboxes: JobDeclaration<CoreServices> = {
  name: 'sweep-outbox',
  everyMs: 2_000,
  why: 'A fact whose process died after the save is published from the document, well within a minute.',
  run: (services) => sweepOutbox(services),
};
