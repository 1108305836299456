import type { CoreServices } from './core-services.ts';
import { within } from './within.ts';

/** How long a handler waits for the provider. A later answer is still recorded by the same code. */
const handlerDeadlineMs = 3_000;

/**
 * Waits for work at the provider, but not longer than the deadline: a slow answer must not hold up other users.
 * 1. Work that fails before the deadline fails the message.
 * 2. Work that fails later is repeated: the document still has its timer due.
 * 3. The message may be committed before the work ends, so whatever only the message knows must be saved before.
 */
export async function withHandlerDeadline(services: CoreServices, work: Promise<void>): Promise<void> {
  services.background.track(work);
  await within({ clock: services.clock, ms: handlerDeadlineMs }, () => work);
}
