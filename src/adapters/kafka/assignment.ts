import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { Clock } from '../../application/ports/clock.ts';
import type { Log, LogFields } from '../../application/ports/log.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { Lanes } from './lanes.ts';
import { createPartitionWork } from './partition-work.ts';
import type { PartitionEvents, PartitionMode, PartitionWork, RunOne } from './partition-work.ts';
import type { RunnerSettings } from './settings.ts';
import type { WorkEnd } from './work-through.ts';

export type AssignmentOptions = {
  readonly about: LogFields;
  readonly group: Pick<ConsumerGroup, 'pause' | 'resume' | 'seek'>;
  readonly lanes: Lanes;
  readonly run: (partition: number, message: KafkaMessage) => RunOne;
  readonly onDone: (end: WorkEnd) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: RunnerSettings;
  readonly ending: AbortSignal;
};

/** The partitions that this process works on at the moment, and what is in hand of each. */
export type Assignment = {
  readonly takeBatch: (payload: EachBatchPayload) => void;
  readonly partitions: () => Iterable<PartitionWork>;
  readonly withMode: (mode: PartitionMode) => readonly number[];
  /** Messages behind the end of the log, by partition, as of the last fetch of it. */
  readonly lag: () => Readonly<Record<number, number>>;
  readonly inHand: () => number;
  /** Begins nothing more; resolves when what runs is finished. */
  readonly end: () => Promise<unknown>;
  readonly abandon: () => void;
};

type Views = Pick<Assignment, 'withMode' | 'lag' | 'inHand'>;

const viewsOf = (works: ReadonlyMap<number, PartitionWork>, ends: ReadonlyMap<number, bigint>): Views => {
  const behind = (work: PartitionWork): number => Number((ends.get(work.partition) ?? 0n) - (work.position() ?? 0n));
  return {
    withMode: (mode) => [...works.values()].filter((work) => work.mode() === mode).map((work) => work.partition),
    lag: () => Object.fromEntries([...works].map(([partition, work]) => [partition, behind(work)])),
    inHand: () => [...works.values()].reduce((sum, work) => sum + work.inHand(), 0),
  };
};

export const createAssignment = (options: AssignmentOptions): Assignment => {
  const { about, group, lanes, clock, log, settings, ending } = options;
  const works = new Map<number, PartitionWork>();
  const ends = new Map<number, bigint>();

  const reopen = async (work: PartitionWork): Promise<void> => {
    await work.settled();
    await clock.wait(settings.resumeAfterMs, ending);
    const { partition } = work;
    const position = work.position();
    if (ending.aborted || works.get(partition) !== work || position === null) return;
    works.delete(partition);
    group.seek(partition, position);
    group.resume(partition);
    log.info('the partition goes on', { ...about, partition, offset: String(position) });
  };

  const eventsOf = (partition: number): PartitionEvents => ({
    onDone: options.onDone,
    onFull: () => group.pause(partition),
    onRoom: () => group.resume(partition),
    onClosed: (mode, error, offset) => {
      group.pause(partition);
      const where = { ...about, partition, offset: String(offset) };
      if (mode === 'stopped') {
        log.error('a message fails again and again, its partition is stopped', where, error);
        return;
      }
      log.warn('a dependency is away, the partition rests', where, error);
      const work = works.get(partition);
      if (work !== undefined) void reopen(work);
    },
  });

  const workOf = (partition: number): PartitionWork => {
    const found = works.get(partition);
    if (found !== undefined) return found;
    const work = createPartitionWork(partition, lanes, settings, eventsOf(partition));
    works.set(partition, work);
    return work;
  };

  return {
    takeBatch: (payload) => {
      const { partition, messages, highWatermark } = payload.batch;
      if (ending.aborted || payload.isStale() || !payload.isRunning()) return;
      const work = workOf(partition);
      ends.set(partition, BigInt(highWatermark));
      if (work.mode() !== 'open') return;
      for (const message of messages) {
        const key = message.key?.toString('utf8') ?? `no key in partition ${partition}`;
        work.take({ key, offset: BigInt(message.offset) }, options.run(partition, message));
        payload.resolveOffset(message.offset);
      }
    },
    partitions: () => works.values(),
    ...viewsOf(works, ends),
    end: () => {
      for (const work of works.values()) work.leave('ended');
      return Promise.all([...works.values()].map((work) => work.settled()));
    },
    abandon: () => {
      for (const work of works.values()) work.leave('gone');
      works.clear();
      ends.clear();
    },
  };
};
