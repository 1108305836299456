import { firstSequence } from '../../domain/model/epoch.ts';
import { dayMs, type Instant, minuteMs, toIso } from '../../domain/model/instant.ts';
import type { DeclaredRestore } from '../ports/epochs.ts';

/** As long as Kafka keeps commands: those that an older backup lacks could not be read again. */
const backupAgeMsMax = 30 * dayMs;
/** What was created before the backup may have ended after it. */
const beforeBackupMs = dayMs;
/** After the last process has ended, its last request may still be under way, and the provider's lists may lag. */
export const quietMs = 10 * minuteMs;

export type NamedRestore = {
  readonly restoredAt: Instant;
  readonly stoppedAt: Instant | null;
  /** The database went back to a backup once more whose restore is complete. */
  readonly isAgain?: boolean;
};

/**
 * What the last restore says to a further one: one that broke off goes on where it was. One that is complete is declared anew
 * only where the database has gone back once more, such as another shard, and what that lost is not recalled yet: the services
 * have run and stopped since, or a person says so. Null where nothing is in the way.
 */
function answerOf(last: DeclaredRestore, { restoredAt, stoppedAt, isAgain = false }: NamedRestore) {
  const isSame = last.restoredAt === restoredAt;
  if (last.completedAt === null) {
    return isSame ? last : `The restore of the backup of ${toIso(last.restoredAt)} is not complete: name that time.`;
  }
  if (!isSame || isAgain || (stoppedAt ?? 0) > last.stoppedAt) return null;
  const completed = `This restore was completed at ${toIso(last.completedAt)}.`;
  return `${completed} Where anything went back to that backup once more, add --again.`;
}

/** The restore that a person names; or a sentence that says why there is none. */
export function declareRestore(
  last: DeclaredRestore | null,
  named: NamedRestore,
  now: Instant,
): DeclaredRestore | string {
  const { restoredAt, stoppedAt } = named;
  const answer = last === null ? null : answerOf(last, named);
  if (answer !== null) return answer;
  if (restoredAt > now) return 'The time of the backup lies in the future.';
  if (now - restoredAt > backupAgeMsMax) {
    return 'The backup is older than 30 days, and Kafka no longer has the commands that came after it.';
  }
  const stopped = stoppedAt ?? now;
  if (stopped < restoredAt) return 'The services cannot have stopped before the backup was begun.';
  if (stopped > now) return 'The time at which the services stopped lies in the future.';
  return {
    ...{ restoredAt, upAt: now, stoppedAt: stopped },
    ...{ refundsRecalledTo: restoredAt - beforeBackupMs, recalledTo: restoredAt - beforeBackupMs, completedAt: null },
    ...{ earlier: last === null ? [] : [...(last.earlier ?? []), firstSequence(last)], isReadModelBack: false },
  };
}
