import { type BlockedKeyQueue, createBlockedKeyQueue } from '../../../src/adapters/kafka/consumer/blocked-key-queue.ts';
import { handleOrDeadLetter, type Work } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import { Fault, mustQueue } from '../../../src/application/ports/faults.ts';
import type { Worker } from './worker.ts';
import type { LogRecord } from './message-log.ts';
import { fromKept, settings, type Shared, toKept, workOn } from './record-work.ts';

/** The real queues of blocked keys of one worker, for one group. It starts to release what is due. */
export function openKeyQueue(shared: Shared, worker: Worker): BlockedKeyQueue {
  const { declaration, blocked } = shared;
  const { name: consumer, topic, group } = declaration;
  const { machine, services } = worker;
  // Passes that would find nothing are skipped, so that months pass in few steps.
  const wait: typeof machine.clock.wait = (ms, signal) =>
    blocked.whenBlocked(group).then(() => machine.clock.wait(ms, signal));
  const queue = createBlockedKeyQueue(
    { blockedKeys: blocked.of(machine), cipher: services.cipher },
    {
      ...{ about: { consumer, topic, group }, clock: { ...machine.clock, wait }, log: services.log, settings },
      ending: new AbortController().signal,
    },
  );
  void queue.keepReleasing(async (partition, kept) => {
    await handleOrDeadLetter(workOn(shared, worker, fromKept(topic, partition, kept)));
  });
  return queue;
}

/** What a long outage leads to, and no bug: an object that cannot be read, or a message that must not be handled without. */
export const waits = (error: unknown): boolean =>
  mustQueue(error) || (error instanceof Fault && error.code === 'object_unread');

/** The work on a record behind what blocks its key. A bug ends its seed instead of blocking a key. */
export function queuedWork(
  shared: Shared,
  worker: Worker,
  record: LogRecord,
  queue: Pick<BlockedKeyQueue, 'queued'>,
): Work {
  const work = workOn(shared, worker, record);
  const isDropped = shared.declaration.whenBlocked === 'drop';
  const giveUp: Work['giveUp'] = (error) =>
    Promise.resolve(waits(error) ? { kind: 'dropped' } : { kind: 'bug', error });
  if (isDropped) return { ...work, giveUp };
  const queued = queue.queued(record.partition, toKept(record), { ...work, giveUp });
  return { ...queued, giveUp: (error) => (waits(error) ? queued.giveUp(error) : giveUp(error)) };
}
