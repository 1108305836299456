import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { isPassing } from '../../../application/ports/faults.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import {
  createPartitionWork,
  type PartitionEvents,
  type PartitionMode,
  type PartitionWork,
  type RunOne,
} from './partition-work.ts';
import type { RunnerTools } from './runner-options.ts';
import type { Finished } from './retry-message.ts';
import { createStopPauses } from './stop-pauses.ts';

export type AssignmentOptions = {
  readonly group: Pick<ConsumerGroup, 'pause' | 'resume' | 'seek'>;
  readonly lanes: KeyedQueue;
  readonly run: (partition: number, message: KafkaMessage) => RunOne;
  readonly onFinished: (outcome: Finished) => void;
};

/** The partitions assigned to this process, each with its messages in hand: taken and not finished. */
export type Assignment = {
  readonly takeBatch: (payload: EachBatchPayload) => void;
  readonly partitions: () => Iterable<PartitionWork>;
  readonly inHand: () => number;
  readonly withMode: (mode: PartitionMode) => readonly number[];
  /** Starts no further message; resolves when the running ones are finished. */
  readonly drain: () => Promise<unknown>;
  /** Another member may own the partitions now: messages that still run commit nothing. */
  readonly abandon: () => void;
};

export function createAssignment(
  { group, lanes, run, onFinished }: AssignmentOptions,
  { about, clock, log, settings, ending }: RunnerTools,
): Assignment {
  const works = new Map<number, PartitionWork>();
  const pauses = createStopPauses(settings);

  const reopen = async (work: PartitionWork): Promise<void> => {
    await work.drained();
    await clock.wait(work.mode() === 'stopped' ? pauses.next(work) : settings.resumeAfterMs, ending);
    const { partition } = work;
    const position = work.position();
    if (ending.aborted || works.get(partition) !== work || position === null) return;
    works.delete(partition);
    group.seek(partition, position);
    group.resume(partition);
    log.info('the partition goes on', { ...about, partition, offset: String(position) });
  };

  const eventsOf = (partition: number): PartitionEvents => ({
    onFinished,
    onFull: () => group.pause(partition),
    onRoom: () => group.resume(partition),
    onClosed: (mode, error, offset) => {
      group.pause(partition);
      const where = { ...about, partition, offset: String(offset) };
      if (mode === 'stopped') log.error('a message fails again and again, its partition is stopped', where, error);
      else if (isPassing(error)) log.warn('a dependency is unavailable, the partition rests', where, error);
      else log.error('a dependency cannot work, the partition rests', where, error);
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
      const { partition, messages } = payload.batch;
      if (ending.aborted || payload.isStale() || !payload.isRunning()) return;
      const work = workOf(partition);
      if (work.mode() !== 'open') return;
      for (const message of messages) {
        const key = message.key?.toString('utf8') ?? `no key in partition ${partition}`;
        work.take({ key, offset: BigInt(message.offset) }, run(partition, message));
        payload.resolveOffset(message.offset);
      }
    },
    partitions: () => works.values(),
    inHand: () => [...works.values()].reduce((sum, work) => sum + work.inHand(), 0),
    withMode: (mode) => [...works.values()].filter((work) => work.mode() === mode).map((work) => work.partition),
    drain: () => {
      for (const work of works.values()) work.abandon();
      return Promise.all([...works.values()].map((work) => work.drained()));
    },
    abandon: () => {
      for (const work of works.values()) work.abandon();
      works.clear();
      pauses.forget();
    },
  };
}
