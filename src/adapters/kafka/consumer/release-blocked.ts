import { type Instant, minuteMs } from '../../../domain/model/instant.ts';
import type { BlockedKey, BlockedKeys, ParkedError, ParkedMessage } from '../../../application/ports/blocked-keys.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';

/** Keys of one pass: one that is mended at once has its turn in the next. */
const keysOfPass = 20;
/** Messages of one key in one pass, so that a long queue does not keep the other keys waiting. */
const messagesOfPass = 100;
/** Longer than a handler may run; who died holding a message is followed after it. */
const leaseMs = 2 * minuteMs;

export type ReleaseServices = {
  readonly blockedKeys: BlockedKeys;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly group: string;
  /** Handles it, or buries what is poison. Throws as handlers do. */
  readonly tryAgain: (message: ParkedMessage) => Promise<void>;
  readonly pauses: { readonly firstMs: number; readonly lastMs: number };
  /** Begins nothing more. */
  readonly ending?: AbortSignal;
};

export const pauseAfter = (attempts: number, pauses: ReleaseServices['pauses']): number =>
  Math.min(pauses.firstMs * 2 ** Math.min(attempts, 30), pauses.lastMs);

/** Whether the key may go on with its next message. */
async function tryOldest(services: ReleaseServices, key: string): Promise<boolean> {
  const { blockedKeys, clock, log, group, tryAgain, pauses } = services;
  const now: Instant = clock.now();
  const message = await blockedKeys.claim(group, key, { now, until: now + leaseMs });
  if (message === null) return false;
  const where = { group, topic: message.topic, partition: message.partition, offset: message.offset };
  try {
    await tryAgain(message);
  } catch (error) {
    const isOutage = error instanceof Fault && error.retryable;
    if (!isOutage)
      log.warn('a message of a blocked key failed again', { ...where, tries: message.attempts + 1 }, error);
    const pauseMs = isOutage ? pauses.firstMs : pauseAfter(message.attempts + 1, pauses);
    await blockedKeys.reschedule(message, clock.now() + pauseMs, isOutage ? null : parkedErrorOf(error));
    return false;
  }
  // Died before this line: handled again when the lease ends, as after any crash before a commit.
  await blockedKeys.finish(message);
  log.info('a message of a blocked key was released', where);
  return true;
}

/**
 * Tries the oldest message of each key that is due, and goes on with the next of a key until it is empty or one fails.
 * Any process of the group may do it at any time: the claim keeps two from the same message, and the owner of the partition
 * parks what comes meanwhile, because the key stays blocked until its last message is done with.
 */
export async function releaseBlocked(services: ReleaseServices, blocked: readonly BlockedKey[]): Promise<number> {
  const now = services.clock.now();
  let released = 0;
  for (const { key } of blocked.filter(({ retryAt }) => retryAt <= now).slice(0, keysOfPass)) {
    for (let count = 0; count < messagesOfPass && services.ending?.aborted !== true; count += 1) {
      if (!(await tryOldest(services, key))) break;
      released += 1;
    }
  }
  return released;
}

const nameMax = 100;

/**
 * For staff, in clear: the name of the error and where in our code it arose. Its own words stay out, because a parser's or
 * a database's message quotes what it was given; the log line beside it is masked and has them.
 */
export function parkedErrorOf(error: unknown): ParkedError {
  if (!(error instanceof Error)) return { name: 'unknown', message: 'Something that is no error was thrown.' };
  const message =
    error instanceof Fault ? error.code : (/\bat (?:async )?([\w.$<>]+) \(/.exec(error.stack ?? '')?.[1] ?? '');
  return { name: error.name.slice(0, nameMax), message: message.slice(0, nameMax) };
}
