import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { repairKafkajs } from '../../../src/adapters/kafka/client/kafkajs-repairs.ts';

// A program of its own, because a fault here keeps the whole process from doing anything else. It stops kafkajs's own runner while
// the list of brokers changes, and says when the runner has ended.

type Runner = { readonly start: () => Promise<void>; readonly stop: () => Promise<void> };
type RunnerClass = new (options: object) => Runner;

repairKafkajs();
const KafkajsRunner = createRequire(import.meta.url)('kafkajs/src/consumer/runner.js') as RunnerClass;
const done = (): Promise<void> => Promise.resolve();
const nothing = (): void => undefined;
type Logger = Record<'debug' | 'info' | 'warn' | 'error', () => void> & { readonly namespace: () => Logger };
const logger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, namespace: () => logger };

let brokers = ['1', '2'];
const slow = Promise.withResolvers<[]>();
const runner = new KafkajsRunner({
  logger,
  instrumentationEmitter: { emit: nothing },
  retry: { retries: Number(process.argv[2]), initialRetryTime: 1, maxRetryTime: 1, factor: 0, multiplier: 1 },
  concurrency: 1,
  // kafkajs starts a consumer again that crashed by something else.
  onCrash: (error: Error & { readonly cause?: { readonly retriable?: boolean } }) => {
    if (error.cause?.retriable !== false) throw error;
  },
  consumerGroup: {
    ...{ connect: done, joinAndSync: done, leave: done, heartbeat: done, getNodeIds: () => brokers },
    fetch: async (nodeId: string) => {
      if (nodeId === '1') return slow.promise;
      await turn();
      brokers = ['1'];
      return [];
    },
  },
});
await runner.start();
while (brokers.length === 2) await turn();
// The fetcher of the lost broker has noticed, and the other one is waited for.
for (let turns = 0; turns < 10; turns += 1) await turn();
const stopped = runner.stop();
slow.resolve([]);
await stopped;
process.stdout.write('ended\n');
