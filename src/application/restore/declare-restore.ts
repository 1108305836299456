import { firstSequence } from '../../domain/model/epoch.ts';
import { dayMs, type Instant, minuteMs } from '../../domain/model/instant.ts';
import type { DeclaredRestore } from '../ports/epochs.ts';

/** As long as Kafka keeps commands: those that an older backup lacks could not be read again. */
const backupAgeMsMax = 30 * dayMs;
/** What was created before the backup may have ended after it. */
const beforeBackupMs = dayMs;
/** After the last process has ended, its last request may still be under way, and the provider's lists may lag. */
export const quietMs = 10 * minuteMs;

export type NamedRestore = { readonly restoredAt: Instant; readonly stoppedAt: Instant | null };

/** From a restore on, rows of read models count from its epoch. One document may go back further than the last restore. */
function versionsFrom(last: DeclaredRestore | null, restoredAt: Instant): number {
  if (last === null) return 0;
  return last.upAt <= restoredAt ? firstSequence(last) : (last.versionsFrom ?? 0);
}

/** The restore that a person names; or a sentence that says why there is none. The same restore goes on where it was. */
export function declareRestore(
  last: DeclaredRestore | null,
  { restoredAt, stoppedAt }: NamedRestore,
  now: Instant,
): DeclaredRestore | string {
  if (last?.restoredAt === restoredAt) return last;
  if (last !== null && last.completedAt === null) {
    const at = new Date(last.restoredAt).toISOString();
    return `The restore of the backup of ${at} is not complete: name that time.`;
  }
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
    ...{ versionsFrom: versionsFrom(last, restoredAt), isReadModelBack: false },
  };
}
