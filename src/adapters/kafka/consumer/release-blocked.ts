import { type Instant, minuteMs } from '../../../domain/model/instant.ts';
import {
  type BlockedKey,
  type BlockedKeys,
  lasts,
  type ParkedError,
  type ParkedMessage,
} from '../../../application/ports/blocked-keys.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault, mustQueue } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';
import { pauseAfter, type Pauses } from '../../../application/services/pause-after.ts';

/** Keys of one pass; the next pass takes the others. */
const keysOfPass = 20;
/** Messages of one key in one pass, so that a long queue does not keep the other keys waiting. */
const messagesOfPass = 100;
/** Longer than a handler may run. After it another process takes over the message of one that died. */
const leaseMs = 2 * minuteMs;

export type ReleaseServices = {
  readonly blockedKeys: BlockedKeys;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly group: string;
  /** Handles the message, or dead-letters it when it is poison. Throws what the handler throws. */
  readonly tryAgain: (message: ParkedMessage) => Promise<void>;
  readonly pauses: Pauses;
  /** Aborts when the process begins to stop: no further message is started. */
  readonly ending?: AbortSignal;
};

/** True when the oldest message was released, and the next of the key may follow. */
async function tryOldest(services: ReleaseServices, key: string): Promise<boolean> {
  const { blockedKeys, clock, log, group, tryAgain, pauses } = services;
  const now: Instant = clock.now();
  const message = await blockedKeys.claim(group, key, { now, until: now + leaseMs });
  if (message === null) return false;
  const where = { group, topic: message.topic, partition: message.partition, offset: message.offset };
  try {
    await tryAgain(message);
  } catch (error) {
    const isOutage = error instanceof Fault && error.retryable && !mustQueue(error);
    const tries = { ...where, tries: message.attempts + 1 };
    if (!isOutage && now - message.parkedAt >= pauses.lastMs)
      log.error('a message of a blocked key still fails', tries, error);
    else if (!isOutage) log.warn('a message of a blocked key failed again', tries, error);
    const pauseMs = isOutage ? pauses.firstMs : pauseAfter(message.attempts + 1, pauses);
    await blockedKeys.reschedule(message, clock.now() + pauseMs, isOutage ? null : parkedErrorOf(error));
    return false;
  }
  // If the process dies before this line, the message is handled again when the lease ends.
  await blockedKeys.finish(message);
  log.info('a message of a blocked key was released', where);
  return true;
}

/**
 * Tries the oldest message of each key that is due, then the next ones of the key until it is empty or one fails. Any
 * process of the group may do so at any time: the claim keeps two from the same message. The key stays blocked until its
 * last message is finished, so the owner of its partition parks what arrives meanwhile.
 */
export async function releaseBlocked(services: ReleaseServices, blocked: readonly BlockedKey[]): Promise<number> {
  const now = services.clock.now();
  let released = 0;
  for (const { key } of blocked.filter(({ retryAt }) => !lasts(retryAt, now)).slice(0, keysOfPass)) {
    for (let count = 0; count < messagesOfPass && services.ending?.aborted !== true; count += 1) {
      if (!(await tryOldest(services, key))) break;
      released += 1;
    }
  }
  return released;
}

const nameMax = 100;

/**
 * For staff, in clear: the name of the error and where in our code it arose. The text of the error is omitted, because a
 * parser or a database may quote its input there; the log has it, redacted.
 */
export function parkedErrorOf(error: unknown): ParkedError {
  if (!(error instanceof Error)) return { name: 'unknown', message: 'Something that is no error was thrown.' };
  const message =
    error instanceof Fault ? error.code : (/\bat (?:async )?([\w.$<>]+) \(/.exec(error.stack ?? '')?.[1] ?? '');
  return { name: error.name.slice(0, nameMax), message: message.slice(0, nameMax) };
}
