import { dayMs, type Instant, minuteMs, secondMs } from './instant.ts';

/**
 * The time since the database was restored from a backup. What was saved between `restoredAt` and `upAt` is lost, and the
 * provider, Kafka and its readers still have it (docs/disaster.md).
 */
export type Epoch = {
  /** The documents are those of this instant or of a later one. */
  readonly restoredAt: Instant;
  /** When the restore was declared. No process of the service ran then, so nothing that is lost is younger. */
  readonly upAt: Instant;
  /** The last process of the service had ended by then. */
  readonly stoppedAt: Instant;
};

/** Clocks of ours and of the provider differ by less. An object that is older than the backup by more is in the backup. */
export const marginMs = 10 * minuteMs;

/**
 * Numbers of events begin here in an epoch. A user has less than one event a second, so the number lies above every one that
 * was published before, also before an earlier restore, of which a restored database knows nothing.
 */
export const firstSequence = ({ upAt }: Epoch): number => Math.floor(upAt / secondMs);

/** Whether what happened then may be missing in the documents. Nothing is where they were never restored. */
export const mayBeLost = (epoch: Epoch | null, at: Instant): boolean =>
  epoch !== null && at >= epoch.restoredAt - marginMs && at <= epoch.upAt;

/** Whether what was saved then is of the backup. What followed it until the restore is lost, and may have been sent. */
export const isOfBackup = ({ upAt }: Epoch, at: Instant): boolean => at <= upAt;

/** From when on the lists of the provider are read: what is older than the backup may have ended after it. */
export const isSinceBackup = ({ restoredAt }: Epoch, at: Instant): boolean => at >= restoredAt - marginMs;

/** As long as commands of before a restore may take until they are read again. */
const readAgainMs = dayMs;

/** Whether what the provider has and what commands say of the lost time is still being brought together. */
export const isReadAgain = ({ upAt }: Epoch, realNow: Instant): boolean => realNow <= upAt + readAgainMs;
