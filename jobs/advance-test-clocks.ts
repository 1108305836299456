import { advanceTestClocks } from '../src/application/advance-test-clocks.ts';
import type { CoreServices } from '../src/application/core-services.ts';
import type { JobDeclaration } from '../src/application/ports/job.ts';

export const advanceClocks: JobDeclaration<CoreServices> = {
  name: 'advance-test-clocks',
  everyMs: 1_000,
  why: 'A test clock on its way is moved from one due instant to the next; development only.',
  run: (services) => advanceTestClocks(services),
};
