import type { BlockedKeys, ParkedError, ParkedMessage } from '../../application/ports/blocked-keys.ts';
import type { Cipher } from '../../application/ports/cipher.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { Poison } from '../../application/ports/doors.ts';
import type { ConsumerDeclaration, Delivery, Handled } from '../../application/ports/doors.ts';
import { Fault } from '../../application/ports/fault.ts';
import type { Log } from '../../application/ports/log.ts';
import { describeError, pauseAfter, releaseBlocked, releasePauses } from '../../application/release-blocked.ts';
import { typeFromHeader } from '../../messages/catalogue.ts';
import { deadLetterMessage, packRecord, unpackRecord } from '../../messages/dead-letter.ts';
import type { LogRecord, MessageLog } from './message-log.ts';

export type MemoryRunnerOptions<Services> = {
  readonly declaration: ConsumerDeclaration<Services>;
  readonly services: Services;
  readonly messages: MessageLog;
  readonly cipher: Cipher;
  readonly clock: Clock;
  readonly blockedKeys: BlockedKeys;
  readonly releasePauses?: { readonly firstMs: number; readonly lastMs: number };
  /** Hands every message over twice in a row, as a consumer that dies between handling and committing would. */
  readonly twice?: boolean;
};

export type MemoryRunner = {
  /** Tries what is due of blocked keys, then hands over all that is there, also what the handlers add. How many were done with. */
  readonly deliverAll: () => Promise<number>;
  /** Begins again at this offset of every partition, or where it is when that is earlier: a repeat of what was done. */
  readonly rewind: (offset?: number) => void;
  /** A new process of the group: stopped partitions are tried again. */
  readonly restart: () => void;
  readonly snapshot: () => MemoryRunnerSnapshot;
};

export type MemoryRunnerSnapshot = {
  readonly handled: number;
  readonly ignored: number;
  readonly deadLettered: number;
  readonly retried: number;
  readonly parked: number;
  readonly dropped: number;
  readonly stopped: readonly number[];
  /** By partition, the offset that a reader would have to begin with. */
  readonly committed: readonly number[];
};

/** As on Kafka: a bug that fails three times will fail a fourth. */
const bugAttempts = 3;
/** Without an acknowledged dead letter the message stays; the wait for it has an end, as on Kafka. */
const deadLetterTimeoutMs = 10_000;
/** Handlers that keep publishing to their own topic would never end; no test needs as many messages. */
const deliveriesMax = 100_000;

const toDelivery = (messages: MessageLog, record: LogRecord): Delivery => {
  const { topic, partition, headers, key, value } = record;
  const type = typeFromHeader(headers['ce_type']);
  const id = headers['ce_id'];
  if (key === null) throw new Poison('no_key', 'The message has no key.');
  if (type === null || id === undefined)
    throw new Poison('no_envelope', 'The headers lack ce_id or a ce_type of ours.');
  return {
    topic,
    partition,
    offset: String(record.offset),
    key,
    headers,
    type,
    value: value === null ? null : messages.frames.decode(value),
    trace: { correlationId: headers['ce_correlationid'] ?? id, causationId: headers['ce_causationid'] ?? null },
  };
};

const bury = async <Services>(
  options: MemoryRunnerOptions<Services>,
  record: LogRecord,
  poison: Poison,
): Promise<void> => {
  const { messages, cipher, declaration, clock } = options;
  const { topic, partition, key, headers, value } = record;
  const at = clock.now();
  const sealed = cipher.seal(packRecord({ key: key === null ? null : Buffer.from(key), value, headers }));
  const where = {
    topic,
    partition,
    offset: String(record.offset),
    key,
    timestamp: at,
    consumerGroup: declaration.group,
  };
  const why = { errorClass: 'poison' as const, errorCode: poison.code, reason: poison.message };
  const trace = { correlationId: headers['ce_correlationid'] ?? 'none', causationId: headers['ce_id'] ?? null };
  const letter = deadLetterMessage({ ...where, ...why, firstFailedAt: at, attempts: 1, sealed }, { at, trace });
  await messages.publish([letter], deadLetterTimeoutMs);
};

type Done = Handled['kind'] | 'dead_lettered' | 'parked' | 'dropped';
type End = Done | 'away' | { readonly bug: unknown };

const silent: Log = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

/** The queue of a blocked key; without room for the message its partition stops. */
const park = async <Services>(
  { declaration, cipher, clock, blockedKeys }: MemoryRunnerOptions<Services>,
  record: LogRecord,
  failure: { readonly error: ParkedError; readonly retryAt: number } | null,
): Promise<'parked' | { readonly bug: unknown }> => {
  const { topic, partition, headers, value, key } = record;
  const now = clock.now();
  const sealed = cipher.seal(packRecord({ key: key === null ? null : Buffer.from(key), value, headers }));
  const { group } = declaration;
  const place = { group, topic, partition, offset: String(record.offset), key: key ?? '' };
  const answer = await blockedKeys.park({ ...place, sealed, timestamp: now, parkedAt: now }, failure);
  return answer === 'parked' ? answer : { bug: new Error('The queue of blocked messages is full.') };
};

const recordOf = (parked: ParkedMessage, cipher: Cipher): LogRecord => {
  const { key, value, headers } = unpackRecord(cipher.open(parked.sealed));
  const { topic, partition, offset } = parked;
  return { topic, partition, offset: Number(offset), key: key?.toString('utf8') ?? null, value, headers };
};

const handle = async <Services>(options: MemoryRunnerOptions<Services>, record: LogRecord): Promise<Done> => {
  const { declaration, services, messages } = options;
  try {
    if (options.twice === true) await declaration.handle(services, toDelivery(messages, record));
    return (await declaration.handle(services, toDelivery(messages, record))).kind;
  } catch (error) {
    if (!(error instanceof Poison)) throw error;
    await bury(options, record, error);
    return 'dead_lettered';
  }
};

const attempt = async <Services>(options: MemoryRunnerOptions<Services>, record: LogRecord): Promise<End> => {
  try {
    return await handle(options, record);
  } catch (error) {
    return error instanceof Fault && error.retryable ? 'away' : { bug: error };
  }
};

/** Released messages take the ordinary path, without the question whether their key is blocked. */
const release = async <Services>(
  options: MemoryRunnerOptions<Services>,
  count: (done: Done) => void,
): Promise<number> => {
  const { blockedKeys, clock, cipher, declaration, releasePauses: pauses = releasePauses } = options;
  const { group } = declaration;
  const tryAgain = async (parked: ParkedMessage): Promise<void> =>
    count(await handle(options, recordOf(parked, cipher)));
  const services = { blockedKeys, clock, log: silent, group, tryAgain, pauses };
  return releaseBlocked(services, await blockedKeys.list(group));
};

/**
 * The consumer runner on the log in memory, with the same error classes and order rules, one message at a time. Where the
 * real one waits for a dependency, this one leaves the partition and tries again at the next `deliverAll`.
 */
export const createMemoryRunner = <Services>(options: MemoryRunnerOptions<Services>): MemoryRunner => {
  const { declaration, messages } = options;
  const partitions = messages.partitionsOf(declaration.topic);
  const committed = messages.offsetsOf(declaration.group, declaration.topic);
  const stopped = new Set<number>();
  const counts = { handled: 0, ignored: 0, deadLettered: 0, parked: 0, dropped: 0, retried: 0 };
  const { blockedKeys, clock, releasePauses: pauses = releasePauses } = options;
  const { group, whenBlocked } = declaration;

  const count = (done: Done): void => {
    if (done === 'dead_lettered') counts.deadLettered += 1;
    else counts[done] += 1;
  };

  const giveUp = (record: LogRecord, error: unknown): Promise<End> => {
    if (whenBlocked === 'drop') return Promise.resolve('dropped');
    return park(options, record, { error: describeError(error), retryAt: clock.now() + pauseAfter(0, pauses) });
  };

  const workThrough = async (record: LogRecord): Promise<End> => {
    if (whenBlocked === 'queue' && record.key !== null && (await blockedKeys.isBlocked(group, record.key))) {
      return park(options, record, null);
    }
    let end = await attempt(options, record);
    for (let tries = 1; typeof end !== 'string' && tries < bugAttempts; tries += 1) {
      counts.retried += 1;
      end = await attempt(options, record);
    }
    return typeof end === 'string' ? end : giveUp(record, end.bug);
  };

  /** Works one partition off as far as it goes; says how many messages were done with. */
  const deliver = async (partition: number): Promise<number> => {
    let done = 0;
    while (done < deliveriesMax) {
      const offset = committed[partition] ?? 0;
      const record = partitions[partition]?.[offset];
      if (record === undefined) return done;
      const end = await workThrough(record);
      if (end === 'away') return done;
      if (typeof end !== 'string') {
        stopped.add(partition);
        return done;
      }
      count(end);
      committed[partition] = offset + 1;
      done += 1;
    }
    throw new Error(`${declaration.name} does not come to an end.`);
  };

  return {
    deliverAll: async () => {
      let total = await release(options, count);
      for (let round = 1; round > 0 && total < deliveriesMax;) {
        round = 0;
        for (const partition of partitions.keys()) if (!stopped.has(partition)) round += await deliver(partition);
        total += round;
      }
      return total;
    },
    rewind: (offset = 0) => {
      for (const partition of partitions.keys()) committed[partition] = Math.min(committed[partition] ?? 0, offset);
    },
    restart: () => stopped.clear(),
    snapshot: () => ({ ...counts, stopped: [...stopped], committed: [...committed] }),
  };
};

/** Lets several consumers feed each other until none of them has anything left to do. */
export const deliverAll = async (runners: readonly MemoryRunner[]): Promise<number> => {
  let total = 0;
  for (let round = 1; round > 0 && total < deliveriesMax;) {
    round = 0;
    for (const runner of runners) round += await runner.deliverAll();
    total += round;
  }
  return total;
};
