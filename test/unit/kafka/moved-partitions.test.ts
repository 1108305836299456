import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { kafkajsRunner, nothing, recoverFromFetch } from './kafkajs-runner.ts';

/** Waits for further turns of the event loop, until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

test('what one broker answers after another one has lost a partition is dropped, and the group is joined once', async () => {
  let [joins, refreshes, taken] = [0, 0, 0];
  const late = Promise.withResolvers<readonly object[]>();
  const batch = {
    ...{ topic: 't', partition: 1, messages: [], highWatermark: '152', isEmptyDueToFiltering: () => false },
    ...{ offsetLag: () => '0', offsetLagLow: () => '0', firstOffset: () => '151', lastOffset: () => '151' },
    isEmpty: () => {
      taken += 1;
      return true;
    },
  };
  const group = {
    getNodeIds: () => ['1', '2'],
    cluster: { refreshMetadata: () => Promise.resolve(void (refreshes += 1)) },
    joinAndSync: () => Promise.resolve(void (joins += 1)),
    async fetch(nodeId: string): Promise<readonly object[]> {
      if (nodeId === '2' && joins === 1) return late.promise;
      await turn();
      if (nodeId === '2' || joins > 1) return [];
      await recoverFromFetch.call(this, { type: 'NOT_LEADER_FOR_PARTITION' });
      return [];
    },
  };
  const runner = kafkajsRunner({ group, retries: 5, onCrash: nothing });
  await runner.start();
  await until(() => refreshes === 1);
  late.resolve([batch]);
  await until(() => joins === 2);
  // Had the answer been taken, it would have been by now.
  for (let turns = 0; turns < 10; turns += 1) await turn();
  await runner.stop();
  expect({ joins, refreshes, taken }).toEqual({ joins: 2, refreshes: 1, taken: 0 });
});
