import { setImmediate as turn } from 'node:timers/promises';
import { kafkajsRunner } from './kafkajs-runner.ts';

// A program of its own, because a fault here keeps the whole process from doing anything else. It stops kafkajs's own runner while
// the list of brokers changes, and says when the runner has ended.

let brokers = ['1', '2'];
const slow = Promise.withResolvers<[]>();
const runner = kafkajsRunner({
  retries: Number(process.argv[2]),
  // kafkajs starts a consumer again that crashed by something else.
  onCrash: (error) => {
    if (error.cause?.retriable !== false) throw error;
  },
  group: {
    getNodeIds: () => brokers,
    fetch: async (nodeId) => {
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
