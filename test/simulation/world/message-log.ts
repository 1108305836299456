import { Fault } from '../../../src/application/ports/faults.ts';
import type { MessagePublisher, OutMessage } from '../../../src/application/ports/outbox.ts';
import { dayMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { topics } from '../../../src/messages/topics.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

export type LogRecord = Omit<OutMessage, 'schema'> & { readonly partition: number; readonly offset: number };

/** Kafka as far as the house needs it: partitions that only grow, order within one, and no word on what was not acknowledged. */
export type SimulatedLog = {
  readonly partitionsOf: (topic: string) => readonly (readonly LogRecord[])[];
  readonly append: (message: OutMessage) => void;
  readonly publisherOf: (machine: Machine) => MessagePublisher;
  readonly breakDown: (ms: number) => void;
  readonly recover: () => void;
  readonly onAppend: (listener: (record: LogRecord) => void) => void;
};

/** Few, so that subscribers share partitions and wait for each other. */
export const partitionCount = 2;

function partitionOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) % 1_000_003;
  return hash % partitionCount;
}

const fault = (code: 'taken_back' | 'unacknowledged'): Fault =>
  new Fault(code, 'the log did not acknowledge', { retryable: true });

export function createSimulatedLog(world: World): SimulatedLog {
  const { random, scheduler } = world;
  const logs = new Map<string, LogRecord[][]>(
    topics.map(({ name }) => [name, Array.from({ length: partitionCount }, () => [])]),
  );
  const listeners: ((record: LogRecord) => void)[] = [];
  let downUntil = 0;

  const append = ({ topic, key, headers, value }: OutMessage): void => {
    const partition = partitionOf(key);
    const records = logs.get(topic)?.[partition];
    if (records === undefined) throw new Error(`there is no topic ${topic}`);
    const record = { topic, key, headers, value, partition, offset: records.length };
    records.push(record);
    for (const listener of listeners) listener(record);
  };

  /** A request that broke off: what goes to one partition is one batch and arrives whole or not at all. */
  const appendSome = (messages: readonly OutMessage[]): void => {
    const batches = Map.groupBy(messages, ({ topic, key }) => `${topic} ${partitionOf(key)}`);
    for (const batch of batches.values()) if (random.chance(0.5)) batch.forEach(append);
  };

  /** Everything that one request may come to; throws what the caller hears. */
  const arrive = (messages: readonly OutMessage[], userId: string): void => {
    if (world.scheduler.now() < downUntil || world.strikes('produce_taken_back', userId)) throw fault('taken_back');
    if (world.strikes('produce_lands_late', userId)) {
      scheduler.after(Math.ceil(random.spread(1_000, 2 * minuteMs)), () => messages.forEach(append));
      throw fault('unacknowledged');
    }
    if (world.strikes('produce_unsure', userId)) {
      appendSome(messages);
      throw fault('unacknowledged');
    }
    messages.forEach(append);
    // A producer that was given up on may still deliver: the same batch once more, behind everything told meanwhile.
    if (world.strikes('produce_repeated', userId))
      scheduler.after(Math.ceil(random.spread(1_000, dayMs)), () => messages.forEach(append));
  };

  return {
    partitionsOf: (topic) => logs.get(topic) ?? [],
    append,
    publisherOf: (machine) => ({
      publish: (messages) => {
        const [first] = messages;
        return first === undefined ? Promise.resolve() : machine.hop(first.key, () => arrive(messages, first.key));
      },
    }),
    breakDown: (ms) => void (downUntil = Math.max(downUntil, world.scheduler.now() + ms)),
    recover: () => void (downUntil = 0),
    onAppend: (listener) => void listeners.push(listener),
  };
}
