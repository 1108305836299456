import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { mayBeLost } from '../model/epoch.ts';
import type { Instant } from '../model/instant.ts';
import type { Subscriber } from '../model/subscriber.ts';

/**
 * When the command counts: now. One that a restore has undone counts as of when it was given, because it was decided then. A
 * test clock shows another time than the clock that accepted the command.
 */
export const givenAt = (
  { testClockId }: Pick<Subscriber, 'testClockId'>,
  { acceptedAt }: Pick<CommandBase, 'acceptedAt'>,
  { epoch, now }: Context,
): Instant => (testClockId === null && mayBeLost(epoch, acceptedAt) ? acceptedAt : now);
