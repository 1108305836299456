import { expect, test } from '@jest/globals';
import { joinAgainAfterFailure } from '../../../src/adapters/kafka/client/join-repair.ts';

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

test('a member that got no partitions joins again in place of each heartbeat, until it has joined', async () => {
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

test('a member sends its heartbeats while another one has no partitions', async () => {
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
