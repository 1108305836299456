import type { ParkedMessage } from '../../../application/ports/blocked-keys.ts';
import { type Cipher, recordAt } from '../../../application/ports/cipher.ts';
import { mustQueue, Poison } from '../../../application/ports/faults.ts';
import type { Log, LogFields } from '../../../application/ports/log.ts';
import { pauseAfter } from '../../../application/services/pause-after.ts';
import { parkedErrorOf, releaseBlocked } from './release-blocked.ts';
import { packRecord, unpackRecord } from '../../../messages/dead-letter.ts';
import { createBlockedCache } from './blocked-cache.ts';
import { type LogRecord, readHeaders } from './decode-delivery.ts';
import type { RunnerOptions, RunnerTools } from './runner-options.ts';
import type { Work, WorkOutcome } from './retry-message.ts';

export type BlockedKeyQueue = {
  /** The same work, but a message of a blocked key queues, and one that fails too often blocks its key. */
  readonly queued: (partition: number, message: LogRecord, work: Work) => Work;
  readonly forget: () => void;
  /** Blocked keys of the group, as this process knows them. */
  readonly size: () => number;
  /** Releases the blocked keys that are due, until the process stops; resolves when no release runs any more. */
  readonly keepReleasing: (tryAgain: (partition: number, message: LogRecord) => Promise<void>) => Promise<void>;
};

const recordOf = (parked: ParkedMessage, cipher: Cipher): LogRecord => ({
  ...unpackRecord(cipher.open(parked.sealed, recordAt(parked))),
  offset: parked.offset,
  timestamp: String(parked.timestamp),
});

const packed = ({ key, value, headers }: LogRecord): Uint8Array =>
  packRecord({ key, value, headers: readHeaders(headers) });

const keyOf = ({ key }: LogRecord): string => key?.toString('utf8') ?? '';

type Failure = { readonly error: unknown };

/** No further key may be blocked. What only had to wait is no sign of broken code, so its partition rests. */
function unparked(failure: Failure | null): WorkOutcome {
  const error = failure?.error ?? new Error('Too many keys are blocked.');
  return { kind: mustQueue(error) ? 'unavailable' : 'bug', error };
}

function reportBlocked(log: Log, where: LogFields, { error }: Failure): void {
  if (mustQueue(error)) log.warn('a message cannot be handled yet, its key waits', where, error);
  else log.error('a message fails again and again, its key is blocked', where, error);
}

/**
 * The queues of blocked keys of one runner. The runner releases them, and no job does: a released message must take the
 * same path as any other, and only the runner has the handlers, the decoder and the dead letters.
 */
export function createBlockedKeyQueue(
  { blockedKeys, cipher }: Pick<RunnerOptions<never>, 'blockedKeys' | 'cipher'>,
  { about, clock, log, settings, ending }: RunnerTools,
): BlockedKeyQueue {
  const { topic, group } = about;
  const cache = createBlockedCache(() => blockedKeys.list(group));
  const pauses = { firstMs: settings.releaseFirstPauseMs, lastMs: settings.releaseLastPauseMs };

  /** A message with a failure blocks its key; one without queues behind the message that does. */
  const park = async (
    partition: number,
    message: LogRecord,
    { deadLetter }: Pick<Work, 'deadLetter'>,
    failure: Failure | null,
  ): Promise<WorkOutcome> => {
    const { offset, timestamp } = message;
    const parkedAt = clock.now();
    const place = { group, topic, partition, offset, key: keyOf(message) };
    const sealed = cipher.seal(packed(message), recordAt(place));
    const why =
      failure === null ? null : { error: parkedErrorOf(failure.error), retryAt: parkedAt + pauseAfter(0, pauses) };
    const parked = await blockedKeys.park({ ...place, sealed, timestamp: Number(timestamp), parkedAt }, why);
    if (parked === 'too_many_keys') return unparked(failure);
    if (parked === 'full') {
      // The overflow of one key is its own loss: other keys of the partition must not wait for it.
      await deadLetter(new Poison('queue_full', 'The queue of its blocked key is full.'));
      return { kind: 'deadLettered' };
    }
    cache.add(place.key);
    if (failure !== null) reportBlocked(log, { ...about, partition, offset }, failure);
    return { kind: 'parked' };
  };

  const releaseDue: BlockedKeyQueue['keepReleasing'] = async (tryAgain) => {
    const blocked = await cache.refresh();
    const released = await releaseBlocked(
      {
        ...{ blockedKeys, clock, log, group, pauses, ending },
        tryAgain: (parked) => tryAgain(parked.partition, recordOf(parked, cipher)),
      },
      blocked,
    );
    if (released > 0) await cache.refresh();
  };

  return {
    queued: (partition, message, work) => ({
      handle: async () => {
        const isBlocked = message.key !== null && (await cache.has(keyOf(message)));
        return isBlocked ? park(partition, message, work, null) : work.handle();
      },
      giveUp: (error) => park(partition, message, work, { error }),
      deadLetter: work.deadLetter,
    }),
    forget: cache.forget,
    size: cache.size,
    keepReleasing: async (tryAgain) => {
      while (!ending.aborted) {
        try {
          await releaseDue(tryAgain);
        } catch (error) {
          log.warn('blocked keys could not be released, it is tried again', about, error);
        }
        await clock.wait(settings.blockedRefreshMs, ending);
      }
    },
  };
}
