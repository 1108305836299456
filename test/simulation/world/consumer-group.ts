import { createKeyedQueue } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';
import {
  createPartitionWork,
  type PartitionWork,
  type RunOne,
} from '../../../src/adapters/kafka/consumer/partition-work.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import {
  handleOrDeadLetter,
  retryMessage,
  type WorkOutcome,
} from '../../../src/adapters/kafka/consumer/retry-message.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import type { ConsumerDeclaration, Delivery } from '../../../src/application/ports/consumer.ts';
import { Fault, mustQueue, Poison } from '../../../src/application/ports/faults.ts';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { typeFromHeader } from '../../../src/messages/catalogue.ts';
import { deadLetterMessage } from '../../../src/messages/dead-letter.ts';
import type { Machine } from './machine.ts';
import { type LogRecord, partitionCount, type SimulatedLog } from './message-log.ts';
import type { World } from './world.ts';

export type Worker = { readonly machine: Machine; readonly services: CoreServices };

export type Group = {
  readonly name: string;
  /** Assigns the partition to this worker at once; its former owner may not know yet. */
  readonly assign: (partition: number, worker: Worker) => void;
  readonly ownerOf: (partition: number) => Worker | null;
  /** Delivers everything from this offset on again. */
  readonly rewind: (partition: number, offset: number) => void;
  readonly stall: (isStalled: boolean) => void;
  readonly lag: () => number;
};

/** Pauses are longer than in production: otherwise an outage of hours would take a million steps. */
const settings = { ...runnerSettings, transientMaxPauseMs: minuteMs, resumeAfterMs: 5 * minuteMs };
const fetchMax = 20;
/** The longest time until the real release tries again. */
const releaseEveryMs = hourMs;

function toDelivery({ topic, partition, offset, key, headers, value }: LogRecord): Delivery {
  const type = typeFromHeader(headers['ce_type']);
  const id = headers['ce_id'];
  if (type === null || id === undefined)
    throw new Poison('no_envelope', 'The headers lack ce_id or a ce_type of ours.');
  const trace = { correlationId: headers['ce_correlationid'] ?? id, causationId: headers['ce_causationid'] ?? null };
  return { topic, partition, offset: String(offset), key, headers, type, value, trace };
}

type Reader = { readonly worker: Worker; readonly wake: () => void; readonly leave: () => void };
type Shared = {
  readonly world: World;
  readonly declaration: ConsumerDeclaration<CoreServices>;
  readonly log: SimulatedLog;
  readonly committed: number[];
  readonly isStalled: () => boolean;
  /** Blocked records: they wait in the database until what they need can be read. */
  readonly parked: Set<LogRecord>;
};

/** What a long outage leads to, and no bug: an object that cannot be read, or a message that must not be handled without. */
const waits = (error: unknown): boolean =>
  mustQueue(error) || (error instanceof Fault && error.code === 'object_unread');

/** How to handle a record, on its first delivery or after its release. */
function workOn({ world, declaration, log }: Shared, { machine, services }: Worker, record: LogRecord) {
  return {
    handle: async () => declaration.handle(services, toDelivery(record)),
    deadLetter: async (poison: Poison): Promise<void> => {
      const { topic, partition, offset, key } = record;
      const at = machine.clock.now();
      const where = { topic, partition, offset: String(offset), key, timestamp: at, consumerGroup: declaration.group };
      const why = { errorClass: 'poison' as const, errorCode: poison.code, reason: poison.message };
      const letter = deadLetterMessage(
        { ...where, ...why, firstFailedAt: at, attempts: 1, sealed: 'c2VhbGVk', replayOf: null },
        { at, trace: { correlationId: 'poison', causationId: null } },
      );
      await log.publisherOf(machine).publish([letter], settings.deadLetterTimeoutMs);
      world.story.add(null, `${declaration.name}: a dead letter (${poison.code})`);
    },
  };
}

/** Handles one record by the rules of the real runner: poison, outages, and bugs, which end the partition. */
const runOf =
  (shared: Shared, worker: Worker, record: LogRecord): RunOne =>
  (signal) => {
    const giveUp = (error: unknown): Promise<WorkOutcome> => {
      // A bug stops the partition, so that its seed fails instead of converging without the message.
      if (!waits(error)) return Promise.resolve({ kind: 'bug', error });
      shared.parked.add(record);
      return Promise.resolve({ kind: 'parked' });
    };
    const work = { ...workOn(shared, worker, record), giveUp };
    return retryMessage(work, { clock: worker.machine.clock, settings, signal, onRetry: () => undefined });
  };

/** One worker's reader of one partition; `lanes` belong to the worker, for all its partitions of the group. */
function openReader(
  shared: Shared,
  worker: Worker,
  partition: number,
  tools: {
    readonly lanes: ReturnType<typeof createKeyedQueue>;
    readonly isCurrent: (reader: Reader) => boolean;
    readonly reopen: () => void;
  },
): Reader {
  const { world, declaration, log, committed } = shared;
  const { scheduler, random } = world;
  const { machine } = worker;
  const records = log.partitionsOf(declaration.topic)[partition] ?? [];
  let next = committed[partition] ?? 0;
  let isAsked = false;
  let isFull = false;
  let willCommit = false;

  const commit = (): void => {
    willCommit = false;
    const position = work.position();
    if (position === null || !tools.isCurrent(reader)) return;
    if (world.strikes('commit_lost', null)) soon();
    else committed[partition] = Number(position);
  };
  /** Sends a failed commit again, as the real runner does. */
  const soon = (): void => {
    if (willCommit) return;
    willCommit = true;
    scheduler.after(random.integer(1, settings.commitEveryMs), commit, machine);
  };
  const work: PartitionWork = createPartitionWork(partition, tools.lanes, settings, {
    onFinished: soon,
    onFull: () => void (isFull = true),
    onRoom: () => {
      isFull = false;
      wake();
    },
    onClosed: (mode, error) => {
      if (mode === 'stopped') world.breach('a handler throws', null, String(error));
      else void work.drained().then(() => scheduler.after(settings.resumeAfterMs, tools.reopen, machine));
    },
  });
  const fetch = (): void => {
    isAsked = false;
    if (work.mode() !== 'open' || isFull || shared.isStalled()) return;
    for (const record of records.slice(next, next + fetchMax)) {
      next = record.offset + 1;
      work.take({ key: record.key, offset: BigInt(record.offset) }, runOf(shared, worker, record));
    }
    wake();
  };
  const wake = (): void => {
    if (isAsked || next >= records.length) return;
    isAsked = true;
    scheduler.after(random.integer(1, Math.ceil(world.swarm().hopMs)), fetch, machine);
  };
  const reader: Reader = { worker, wake, leave: () => work.abandon() };
  wake();
  return reader;
}

export function createGroup(world: World, declaration: ConsumerDeclaration<CoreServices>, log: SimulatedLog): Group {
  const committed = Array.from({ length: partitionCount }, () => 0);
  const readers: (Reader | null)[] = committed.map(() => null);
  const lanesOf = new WeakMap<Machine, ReturnType<typeof createKeyedQueue>>();
  let isStalled = false;
  const parked = new Set<LogRecord>();
  const shared: Shared = { world, declaration, log, committed, isStalled: () => isStalled, parked };
  const release = async (record: LogRecord): Promise<void> => {
    const worker = readers[record.partition]?.worker;
    if (worker === undefined) return;
    try {
      await handleOrDeadLetter(workOn(shared, worker, record));
      // If the worker dies before this line, the next worker releases the record.
      parked.delete(record);
    } catch (error) {
      if (!(error instanceof Fault)) world.breach('a handler throws', null, String(error));
    }
  };
  const releaseAll = (): void => {
    for (const record of parked) void release(record);
    world.scheduler.after(releaseEveryMs, releaseAll);
  };
  world.scheduler.after(releaseEveryMs, releaseAll);
  const wakeAll = (): void => readers.forEach((reader) => reader?.wake());
  log.onAppend((record) => {
    if (record.topic === declaration.topic) readers[record.partition]?.wake();
  });

  const open = (partition: number, worker: Worker): void => {
    const { machine } = worker;
    const lanes = lanesOf.get(machine) ?? createKeyedQueue(declaration.lanes);
    lanesOf.set(machine, lanes);
    readers[partition] = openReader(shared, worker, partition, {
      lanes,
      isCurrent: (reader) => readers[partition] === reader,
      reopen: () => {
        if (readers[partition]?.worker === worker) open(partition, worker);
      },
    });
  };
  return {
    name: declaration.name,
    assign: (partition, worker) => {
      const before = readers[partition];
      // A paused worker learns of it when it wakes. Until then two workers believe that they own the partition.
      if (before != null) world.scheduler.after(zombieMs(world), before.leave, before.worker.machine);
      open(partition, worker);
    },
    ownerOf: (partition) => readers[partition]?.worker ?? null,
    rewind: (partition, offset) => {
      committed[partition] = Math.min(committed[partition] ?? 0, offset);
      const reader = readers[partition];
      if (reader == null) return;
      reader.leave();
      open(partition, reader.worker);
    },
    stall: (stalled) => {
      isStalled = stalled;
      if (!stalled) wakeAll();
    },
    lag: () =>
      committed.reduce(
        (sum, offset, partition) => sum + (log.partitionsOf(declaration.topic)[partition]?.length ?? 0) - offset,
        parked.size,
      ),
  };
}

/** How long a worker goes on with a partition that has another owner. */
const zombieMs = (world: World): number => Math.ceil(world.random.spread(1, 5_000));
