import { commandGroup } from '../../../src/application/ports/blocked-keys.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { BlockedStore } from '../world/blocked-store.ts';
import { wasMadeBefore } from './go-back.ts';
import type { Outside } from './outside.ts';

export type Blocked = Pick<BlockedStore, 'blockedSince'>;

/** A key that is blocked between the question and the save is an ordinary race. A process may stand still for 10 minutes. */
const raceMsMax = 30 * minuteMs;

/** 8: no renewal is charged while commands of the user wait for their blocked key: one of them may be a cancel. */
export function checkOvertaken(
  { world, witness }: Pick<Outside, 'world' | 'witness'>,
  blocked: Blocked,
  before: Subscriber | null,
  after: Subscriber,
): void {
  const { userId, payment, commands } = after;
  const isOpened = payment?.kind === 'charge' && payment.id !== before?.payment?.id;
  const isNew = isOpened && !wasMadeBefore(witness, payment);
  // A command that is released may charge by itself.
  const isOrdered = commands.at(-1)?.id !== before?.commands.at(-1)?.id;
  if (!isNew || isOrdered) return;
  const since = blocked.blockedSince(commandGroup, userId);
  if (since !== null && since < world.scheduler.now() - raceMsMax)
    world.breach('8: no charge overtakes a command that waits', userId, { paymentId: payment.id, since });
}
