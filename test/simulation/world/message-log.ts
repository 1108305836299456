import { Fault } from '../../../src/application/ports/faults.ts';
import type { MessagePublisher, OutMessage } from '../../../src/application/ports/outbox.ts';
import { dayMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { topics } from '../../../src/messages/topics.ts';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';
import type { Rollout } from './rollout.ts';
import type { World } from './world.ts';

export type LogRecord = Omit<OutMessage, 'schema'> & {
  readonly partition: number;
  readonly offset: number;
  /** By the clock of the broker, which is right. */
  readonly recordedAt: number;
};

/** Kafka with only the promises that the service relies on: append-only partitions, order within one, uncertain sends. */
export type SimulatedLog = {
  readonly partitionsOf: (topic: string) => readonly (readonly LogRecord[])[];
  readonly append: (message: OutMessage) => void;
  readonly publisherOf: (machine: Machine) => MessagePublisher;
  /** The brokers acknowledge nothing. In half of these outages replicas fall out of sync first, and leaders still append. */
  readonly breakDown: (ms: number) => void;
  /** The schema registry is unavailable: a process publishes and reads only what it has looked up before. */
  readonly loseRegistry: (ms: number) => void;
  /** Looks the schema of a record up, as every reader must once. */
  readonly lookUp: (machine: Machine, name: string) => void;
  readonly recover: () => void;
  readonly onAppend: (listener: (record: LogRecord) => void) => void;
};

/** Few, so that subscribers share partitions and wait for each other. */
export const partitionCount = 2;

/** As long as a broker waits before a replica counts as out of sync. From then on it refuses before it appends. */
const shrinkMs = 30_000;

function partitionOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) % 1_000_003;
  return hash % partitionCount;
}

const fault = (code: 'taken_back' | 'unacknowledged'): Fault =>
  new Fault(code, 'the log did not acknowledge', { retryable: true });

/** The dice are of its own, for what old lives had not: they go on as they did. */
export function createSimulatedLog(world: World, rollout: Rollout, dice: Random): SimulatedLog {
  const { random, scheduler } = world;
  const logs = new Map<string, LogRecord[][]>(
    topics.map(({ name }) => [name, Array.from({ length: partitionCount }, () => [])]),
  );
  const listeners: ((record: LogRecord) => void)[] = [];
  let downUntil = 0;
  let shrinksUntil = 0;
  let noRegistryUntil = 0;
  const lookedUp = new WeakMap<Machine, Set<string>>();
  const lookUp: SimulatedLog['lookUp'] = (machine, name) => {
    const known = lookedUp.get(machine) ?? new Set<string>();
    lookedUp.set(machine, known);
    if (known.has(name)) return;
    if (scheduler.now() < noRegistryUntil)
      throw new Fault('registry_unavailable', 'The schema registry did not answer.', { retryable: true });
    known.add(name);
  };

  const append = ({ topic, key, headers, value }: OutMessage): void => {
    const partition = partitionOf(key);
    const records = logs.get(topic)?.[partition];
    if (records === undefined) throw new Error(`there is no topic ${topic}`);
    const record = { topic, key, headers, value, partition, offset: records.length, recordedAt: scheduler.now() };
    records.push(record);
    for (const listener of listeners) listener(record);
  };

  /** A request that broke off: the messages of one partition are one batch, which arrives whole or not at all. */
  const appendSome = (messages: readonly OutMessage[], by: Random): void => {
    const batches = Map.groupBy(messages, ({ topic, key }) => `${topic} ${partitionOf(key)}`);
    for (const batch of batches.values()) if (by.chance(0.5)) batch.forEach(append);
  };

  /** Every possible result of one request; throws the error that the caller gets. */
  const arrive = (messages: readonly OutMessage[], userId: string): void => {
    // The leader has appended when it finds too few replicas in sync: readers may have what was not acknowledged.
    if (scheduler.now() < shrinksUntil) {
      appendSome(messages, dice);
      world.visit('race', 'a send while replicas fall out of sync');
      throw fault('unacknowledged');
    }
    if (scheduler.now() < downUntil || world.strikes('produce_taken_back', userId)) throw fault('taken_back');
    if (world.strikes('produce_lands_late', userId)) {
      scheduler.after(Math.ceil(random.spread(1_000, 2 * minuteMs)), () => messages.forEach(append));
      throw fault('unacknowledged');
    }
    if (world.strikes('produce_unsure', userId)) {
      appendSome(messages, random);
      throw fault('unacknowledged');
    }
    messages.forEach(append);
    // A producer that was closed after a time-out may still deliver: the same batch again, after newer messages.
    if (world.strikes('produce_repeated', userId))
      scheduler.after(Math.ceil(random.spread(1_000, dayMs)), () => messages.forEach(append));
  };

  return {
    partitionsOf: (topic) => logs.get(topic) ?? [],
    append,
    publisherOf: (machine) => ({
      publish: (messages) => {
        const [first] = messages;
        if (first === undefined) return Promise.resolve();
        const written = messages.map((one) => ({ ...one, headers: rollout.write(machine, one.topic, one.headers) }));
        return machine.hop(first.key, () => {
          for (const { schema } of messages) lookUp(machine, schema);
          arrive(written, first.key);
        });
      },
    }),
    breakDown: (ms) => {
      if (dice.chance(0.5)) shrinksUntil = scheduler.now() + Math.min(ms, shrinkMs);
      downUntil = Math.max(downUntil, scheduler.now() + ms);
    },
    loseRegistry: (ms) => void (noRegistryUntil = scheduler.now() + ms),
    lookUp,
    recover: () => void (downUntil = shrinksUntil = noRegistryUntil = 0),
    onAppend: (listener) => void listeners.push(listener),
  };
}
