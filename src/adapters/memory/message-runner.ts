import type { Cipher } from '../../application/ports/cipher.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { Poison } from '../../application/ports/doors.ts';
import type { ConsumerDeclaration, Delivery, Handled } from '../../application/ports/doors.ts';
import { Fault } from '../../application/ports/fault.ts';
import { typeFromHeader } from '../../messages/catalogue.ts';
import { deadLetterMessage, packRecord } from '../../messages/dead-letter.ts';
import type { LogRecord, MessageLog } from './message-log.ts';

export type MemoryRunnerOptions<Services> = {
  readonly declaration: ConsumerDeclaration<Services>;
  readonly services: Services;
  readonly messages: MessageLog;
  readonly cipher: Cipher;
  readonly clock: Clock;
  /** Hands every message over twice in a row, as a consumer that dies between handling and committing would. */
  readonly twice?: boolean;
};

export type MemoryRunner = {
  /** Hands over all that is there, also what the handlers add. Returns how many messages were done with. */
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

type End = Handled['kind'] | 'dead_lettered' | 'away' | 'bug';

const handle = async <Services>(options: MemoryRunnerOptions<Services>, record: LogRecord): Promise<End> => {
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
    return error instanceof Fault && error.retryable ? 'away' : 'bug';
  }
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
  const counts = { handled: 0, ignored: 0, deadLettered: 0, retried: 0 };

  const workThrough = async (record: LogRecord): Promise<End> => {
    let end = await attempt(options, record);
    for (let tries = 1; end === 'bug' && tries < bugAttempts; tries += 1) {
      counts.retried += 1;
      end = await attempt(options, record);
    }
    return end;
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
      if (end === 'bug') {
        stopped.add(partition);
        return done;
      }
      if (end === 'handled') counts.handled += 1;
      else if (end === 'ignored') counts.ignored += 1;
      else counts.deadLettered += 1;
      committed[partition] = offset + 1;
      done += 1;
    }
    throw new Error(`${declaration.name} does not come to an end.`);
  };

  return {
    deliverAll: async () => {
      let total = 0;
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
