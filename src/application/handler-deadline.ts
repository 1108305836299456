import type { CoreServices } from './core-services.ts';
import { within } from './within.ts';

/** A lane waits this long for the provider; a later answer is recorded by the same code when it comes. */
const handlerDeadlineMs = 3_000;

/**
 * Waits for work that may hang at the provider, but not for long: a slow answer must not hold up other users. What fails
 * while the lane still waits fails the message; later failures are announced again by what the document says is due.
 * The work returns nothing, because the message may be done with before it: news that only the message brings is saved
 * before this wait begins.
 */
export async function withHandlerDeadline(services: CoreServices, work: Promise<void>): Promise<void> {
  services.background.track(work);
  await within({ clock: services.clock, ms: handlerDeadlineMs }, () => work);
}
