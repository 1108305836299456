import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readLag } from '../../../src/adapters/kafka/admin/lag.ts';
import { type KafkaRoom, openKafkaRoom } from './kafka-room.ts';
import { createStartRunner, until } from './real-runner.ts';

let room: KafkaRoom;
beforeEach(async () => {
  room = await openKafkaRoom();
});
afterEach(() => room.close());

async function lag(): Promise<number | undefined> {
  const [found] = await readLag(room.client, [{ group: room.group, topic: room.topic }]);
  expect(found).toMatchObject({ group: room.group, topic: room.topic });
  return found?.messages;
}
const publish = (count: number) =>
  room.producer.publish(
    Array.from({ length: count }, (_, n) => room.message(`user-${n}`, n)),
    20_000,
  );

test('the lag is what a group has not committed: all of the topic before it begins, nothing when it is through', async () => {
  // A broker that has just started has no coordinator yet; the process would measure again half a minute later.
  await until(() =>
    lag().then(
      (messages) => messages === 0,
      () => false,
    ),
  );
  await publish(5);
  expect(await lag()).toBe(5);
  const { start, stopAll } = createStartRunner(room);
  const release = Promise.withResolvers<null>();
  try {
    await start(async ({ key }) => {
      if (key === 'user-4') await release.promise;
      return { kind: 'handled' };
    });
    // One partition waits for the last message; the others are through.
    await until(async () => {
      const messages = (await lag()) ?? 0;
      return messages > 0 && messages < 5;
    });
    release.resolve(null);
    await until(async () => (await lag()) === 0);
  } finally {
    release.resolve(null);
    await stopAll();
  }
  await publish(3);
  expect(await lag()).toBe(3);
});
