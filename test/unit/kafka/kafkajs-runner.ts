import { createRequire } from 'node:module';
import { repairKafkajs } from '../../../src/adapters/kafka/client/kafkajs-repairs.ts';

type Runner = { readonly start: () => Promise<void>; readonly stop: () => Promise<void> };
type RunnerClass = new (options: object) => Runner;
type Recover = (this: object, error: object) => Promise<void>;
type GroupClass = { readonly prototype: { readonly recoverFromFetch: Recover } };
type Logger = Record<'debug' | 'info' | 'warn' | 'error', () => void> & { readonly namespace: () => Logger };

repairKafkajs();
const load = createRequire(import.meta.url);
const KafkajsRunner = load('kafkajs/src/consumer/runner.js') as RunnerClass;

/** What kafkajs does with a group whose fetch has failed. */
export const { recoverFromFetch } = (load('kafkajs/src/consumer/consumerGroup.js') as GroupClass).prototype;

export const nothing = (): void => undefined;
const done = (): Promise<void> => Promise.resolve();
const logger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, namespace: () => logger };

type Group = {
  readonly getNodeIds: () => readonly string[];
  readonly fetch: (nodeId: string) => Promise<readonly object[]>;
};
type Options<Members> = {
  readonly group: Group & Members;
  readonly retries: number;
  readonly onCrash: (error: Error & { readonly cause?: { readonly retriable?: boolean } }) => void;
};

/** The loop of kafkajs itself, repaired, over a group that the test makes up. It repeats after a millisecond. */
export const kafkajsRunner = <Members extends object>({ group, retries, onCrash }: Options<Members>): Runner =>
  new KafkajsRunner({
    ...{ logger, onCrash, instrumentationEmitter: { emit: nothing }, concurrency: 1 },
    retry: { retries, initialRetryTime: 1, maxRetryTime: 1, factor: 0, multiplier: 1 },
    consumerGroup: { logger, connect: done, joinAndSync: done, leave: done, heartbeat: done, ...group },
  });
