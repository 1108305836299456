import { expect, test } from '@jest/globals';
import {
  joinAgainAfterFailure,
  joinOutsideFetches,
  nameRefusals,
} from '../../../src/adapters/kafka/client/join-repair.ts';

function setUp() {
  const calls: string[] = [];
  let failure: Error | null = null;
  const joinAndSync = (): Promise<void> => {
    calls.push('join');
    return failure === null ? Promise.resolve() : Promise.reject(failure);
  };
  const heartbeat = (): Promise<void> => {
    calls.push('heartbeat');
    return Promise.resolve();
  };
  const group = joinAgainAfterFailure(joinAndSync, heartbeat);
  const member = () => {
    const one = {};
    return { join: () => group.joinAndSync.call(one), beat: () => group.heartbeat.call(one, {}) };
  };
  return { calls, member, fail: (error: Error | null) => (failure = error) };
}

const timeout = new Error('Request SyncGroup timed out');
const joinsAgain = { type: 'REBALANCE_IN_PROGRESS' };

test('a member that did not learn its partitions joins again in place of each heartbeat, until it has joined', async () => {
  const { calls, member, fail } = setUp();
  const { join, beat } = member();
  fail(timeout);
  await expect(join()).rejects.toThrow('timed out');
  await expect(beat()).rejects.toMatchObject(joinsAgain);
  await expect(join()).rejects.toThrow('timed out');
  await expect(beat()).rejects.toMatchObject(joinsAgain);
  fail(null);
  await join();
  await beat();
  expect(calls).toEqual(['join', 'join', 'join', 'heartbeat']);
});

test('a member sends its heartbeats while another one has not learned its partitions', async () => {
  const { calls, member, fail } = setUp();
  const [one, other] = [member(), member()];
  await one.join();
  fail(timeout);
  await expect(other.join()).rejects.toThrow('timed out');
  await one.beat();
  expect(calls).toEqual(['join', 'join', 'heartbeat']);
});

test('a coordinator that no broker names is looked for again', async () => {
  const { member, fail } = setUp();
  const { join, beat } = member();
  fail(Object.assign(new Error('Failed to find group coordinator'), { name: 'KafkaJSGroupCoordinatorNotFound' }));
  await expect(join()).rejects.toMatchObject({ retriable: true, message: 'Failed to find group coordinator' });
  await expect(beat()).rejects.toMatchObject(joinsAgain);
});

test.each(['NOT_LEADER_FOR_PARTITION', 'UNKNOWN_LEADER_EPOCH'])(
  'a fetch after which kafkajs would join fails like one in a rebalance: %s',
  async (type) => {
    const calls: string[] = [];
    const recover = joinOutsideFetches(() => {
      calls.push('join');
      return Promise.resolve();
    });
    const cluster = { refreshMetadata: () => Promise.resolve(void calls.push('refresh')) };
    await expect(recover.call({ cluster }, { type })).rejects.toMatchObject(joinsAgain);
    await expect(recover.call({ cluster }, { name: 'KafkaJSTopicMetadataNotLoaded' })).rejects.toMatchObject(
      joinsAgain,
    );
    expect(calls).toEqual(['refresh', 'refresh']);
    await recover.call({ cluster }, { name: 'KafkaJSConnectionClosedError' });
    expect(calls).toEqual(['refresh', 'refresh', 'join']);
  },
);

test('a refusal to use the group is named, and silence stays what it is', async () => {
  const refusal = Object.assign(new Error('Not authorized'), { type: 'GROUP_AUTHORIZATION_FAILED' });
  const withBroker = nameRefusals(async function asking(ask) {
    return ask({ nodeId: '1', broker: null }).catch(() => null);
  });
  await expect(withBroker.call({}, () => Promise.reject(refusal))).rejects.toBe(refusal);
  await expect(withBroker.call({}, () => Promise.reject(new Error('timed out')))).resolves.toBeNull();
  await expect(withBroker.call({}, () => Promise.resolve('found'))).resolves.toBe('found');
});
