import type { BlockedKeyQueue } from '../../../src/adapters/kafka/consumer/blocked-key-queue.ts';
import { createKeyedQueue } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';
import {
  createPartitionWork,
  type PartitionWork,
  type RunOne,
} from '../../../src/adapters/kafka/consumer/partition-work.ts';
import { retryMessage } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import { createStopPauses } from '../../../src/adapters/kafka/consumer/stop-pauses.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import type { ConsumerDeclaration } from '../../../src/application/ports/consumer.ts';
import { openKeyQueue, queuedWork, waits } from './key-queue.ts';
import type { Machine } from './machine.ts';
import { type LogRecord, partitionCount } from './message-log.ts';
import { settings, type Shared } from './record-work.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

export type Group = {
  readonly name: string;
  /** As Kafka knows it. */
  readonly id: string;
  readonly topic: string;
  /** Assigns the partition to this worker at once; its former owner may not know yet. */
  readonly assign: (partition: number, worker: Worker) => void;
  readonly ownerOf: (partition: number) => Worker | null;
  /** Delivers everything from this offset on again. */
  readonly rewind: (partition: number, offset: number) => void;
  readonly stall: (isStalled: boolean) => void;
  readonly lag: () => number;
  /** By partition. */
  readonly committed: () => readonly number[];
};

const fetchMax = 20;

type Reader = { readonly worker: Worker; readonly wake: () => void; readonly leave: () => void };
/** What belongs to one worker in one group, for all its partitions. */
type Bench = {
  readonly lanes: ReturnType<typeof createKeyedQueue>;
  readonly queue: BlockedKeyQueue;
  readonly pauses: ReturnType<typeof createStopPauses>;
};

/** Handles one record by the rules of the real runner: poison, outages, blocked keys, and bugs, which end the run. */
const runOf =
  (shared: Shared, worker: Worker, record: LogRecord, queue: BlockedKeyQueue): RunOne =>
  (signal) =>
    retryMessage(queuedWork(shared, worker, record, queue), {
      ...{ clock: worker.machine.clock, settings, signal, onRetry: () => undefined },
    });

/** Where too many keys are blocked, a message that fails stops its partition. Any other stop is a bug. */
const isForWantOfKeys = (error: unknown): boolean =>
  waits(error) || (error instanceof Error && error.message === 'Too many keys are blocked.');

/** One worker's reader of one partition. */
function openReader(
  shared: Shared,
  worker: Worker,
  partition: number,
  tools: {
    readonly bench: Bench;
    readonly isCurrent: (reader: Reader) => boolean;
    readonly reopen: () => void;
  },
): Reader {
  const { world, declaration, log, committed } = shared;
  const { scheduler, random } = world;
  const { machine } = worker;
  const { lanes, queue, pauses } = tools.bench;
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
  const work: PartitionWork = createPartitionWork(partition, lanes, settings, {
    onFinished: soon,
    onFull: () => void (isFull = true),
    onRoom: () => {
      isFull = false;
      wake();
    },
    onClosed: (mode, error) => {
      if (mode === 'stopped' && !isForWantOfKeys(error)) {
        world.breach('a handler throws', null, String(error));
        return;
      }
      if (mode === 'stopped') world.visit('race', 'a partition that is stopped');
      const pauseMs = mode === 'stopped' ? pauses.next(work) : settings.resumeAfterMs;
      void work.drained().then(() => scheduler.after(pauseMs, tools.reopen, machine));
    },
  });
  const fetch = (): void => {
    isAsked = false;
    if (work.mode() !== 'open' || isFull || shared.isStalled()) return;
    for (const record of records.slice(next, next + fetchMax)) {
      next = record.offset + 1;
      work.take({ key: record.key, offset: BigInt(record.offset) }, runOf(shared, worker, record, queue));
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

export function createGroup(
  world: World,
  declaration: ConsumerDeclaration<CoreServices>,
  parts: Pick<Shared, 'log' | 'blocked' | 'rollout'>,
): Group {
  const { log, blocked } = parts;
  const committed = Array.from({ length: partitionCount }, () => 0);
  const readers: (Reader | null)[] = committed.map(() => null);
  const benches = new WeakMap<Machine, Bench>();
  let isStalled = false;
  const shared: Shared = { world, declaration, committed, isStalled: () => isStalled, ...parts };
  const benchOf = (worker: Worker): Bench => {
    const known = benches.get(worker.machine);
    if (known !== undefined) return known;
    const queue = openKeyQueue(shared, worker);
    const bench = { lanes: createKeyedQueue(declaration.lanes), queue, pauses: createStopPauses(settings) };
    benches.set(worker.machine, bench);
    return bench;
  };
  const wakeAll = (): void => readers.forEach((reader) => reader?.wake());
  log.onAppend((record) => {
    if (record.topic === declaration.topic) readers[record.partition]?.wake();
  });

  const open = (partition: number, worker: Worker): void => {
    readers[partition] = openReader(shared, worker, partition, {
      bench: benchOf(worker),
      isCurrent: (reader) => readers[partition] === reader,
      reopen: () => {
        if (readers[partition]?.worker === worker) open(partition, worker);
      },
    });
  };
  return {
    name: declaration.name,
    id: declaration.group,
    topic: declaration.topic,
    assign: (partition, worker) => {
      const before = readers[partition];
      // A paused worker learns of it when it wakes. Until then two workers believe that they own the partition.
      if (before != null) world.scheduler.after(zombieMs(world), before.leave, before.worker.machine);
      // A new owner learns which keys are blocked after it has joined.
      benchOf(worker).queue.forget();
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
    committed: () => [...committed],
    lag: () =>
      committed.reduce(
        (sum, offset, partition) => sum + (log.partitionsOf(declaration.topic)[partition]?.length ?? 0) - offset,
        blocked.waiting(declaration.group),
      ),
  };
}

/** How long a worker goes on with a partition that has another owner. */
const zombieMs = (world: World): number => Math.ceil(world.random.spread(1, 5_000));
