import { describe, expect, test } from '@jest/globals';
import { forgiveHeartbeats } from '../../../src/adapters/kafka/client/heartbeat-repair.ts';
import { repairKafkajs } from '../../../src/adapters/kafka/client/kafkajs-repairs.ts';

const sessionTimeout = 10_000;
const failure = (name: string): Error => Object.assign(new Error('no'), { name });

function setUp() {
  let nowMs = 0;
  let next: Error | null = null;
  const heartbeat = forgiveHeartbeats<unknown>(
    () => (next === null ? Promise.resolve() : Promise.reject(next)),
    () => nowMs,
  );
  const member = { sessionTimeout };
  return {
    beat: () => heartbeat.call(member, {}),
    fail: (error: Error | null) => (next = error),
    pass: (ms: number) => (nowMs += ms),
  };
}

describe('heartbeats of kafkajs', () => {
  test.each(['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSBrokerNotFound'])(
    'a heartbeat that cannot be sent is no error while the session may live: %s',
    async (name) => {
      const { beat, fail, pass } = setUp();
      fail(failure(name));
      await beat();
      pass(sessionTimeout - 1);
      await beat();
    },
  );

  test('after a whole session without a heartbeat the consumer joins the group again, and the count restarts', async () => {
    const { beat, fail, pass } = setUp();
    fail(failure('KafkaJSConnectionError'));
    await beat();
    pass(sessionTimeout);
    await expect(beat()).rejects.toMatchObject({ type: 'UNKNOWN_MEMBER_ID' });
    await beat();
  });

  test('a heartbeat that arrives ends the count', async () => {
    const { beat, fail, pass } = setUp();
    fail(failure('KafkaJSConnectionError'));
    await beat();
    fail(null);
    await beat();
    pass(sessionTimeout);
    fail(failure('KafkaJSConnectionError'));
    await beat();
  });

  test("the broker's own answers pass unchanged", async () => {
    const { beat, fail } = setUp();
    const answer = Object.assign(new Error('rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
    fail(answer);
    await expect(beat()).rejects.toBe(answer);
  });

  test('the installed library has the patched parts, and a second patch changes nothing', () => {
    repairKafkajs();
    repairKafkajs();
  });
});
