import { expect, jest, test } from '@jest/globals';
import { rewindGroups } from '../../../src/adapters/kafka/admin/rewind-groups.ts';
import { type KafkaRoom, openKafkaRoom } from './kafka-room.ts';
import { createStartRunner, until } from './real-runner.ts';

jest.setTimeout(60_000);

/** Runs the group until it has read so many records, and stops it. */
async function readAll(room: KafkaRoom, count: number): Promise<readonly unknown[]> {
  const read: unknown[] = [];
  const { start } = createStartRunner(room);
  const runner = await start(({ value }) => {
    read.push((value as { readonly n?: number } | null)?.n);
    return Promise.resolve({ kind: 'handled' });
  });
  await until(() => read.length >= count);
  await runner.stop();
  return read.toSorted();
}

test('a group that does not run reads again what came since an instant, and only that', async () => {
  const room = await openKafkaRoom();
  const reads = [{ group: room.group, topic: room.topic }];
  await room.producer.publish([room.message('a', 1), room.message('b', 2)], 20_000);
  await until(async () => (await room.read(room.topic)).length === 2);
  const backupAt = Date.now() + 1;
  await until(() => Date.now() > backupAt);
  await room.producer.publish([room.message('a', 3), room.message('c', 4)], 20_000);
  expect(await readAll(room, 4)).toEqual([1, 2, 3, 4]);
  const rewind = { stopped: [room.group], reads, to: backupAt };
  expect(await rewindGroups(room.client, rewind)).toEqual([{ ...reads[0], records: 2 }]);
  // Again, as after a crash of the command: it is there already.
  expect(await rewindGroups(room.client, rewind)).toEqual([{ ...reads[0], records: 0 }]);
  expect(await readAll(room, 2)).toEqual([3, 4]);
  await room.close();
});

test('nothing is rewound while a group runs that must not, be it rewound or not', async () => {
  const room = await openKafkaRoom();
  await room.producer.publish([room.message('a', 1)], 20_000);
  let isRead = false;
  const { start } = createStartRunner(room);
  const runner = await start(() => {
    isRead = true;
    return Promise.resolve({ kind: 'handled' });
  });
  await until(() => isRead);
  const rewinding = rewindGroups(room.client, { stopped: [room.group], reads: [], to: 0 });
  await expect(rewinding).rejects.toMatchObject({ code: 'consumers_running' });
  await runner.stop();
  await room.close();
});
