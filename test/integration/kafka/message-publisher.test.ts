import { expect, jest, test } from '@jest/globals';
import { messagePublisherSuite } from '../../contract/message-publisher-suite.ts';
import { eventSchema, openKafkaRoom } from './kafka-room.ts';

jest.setTimeout(60_000);

/** Delays sends before the client library's own send, so that one is under way and unanswered. */
function createGate() {
  let release: (() => void) | null = null;
  let opened = Promise.resolve();
  return {
    stall: () => {
      opened = new Promise((resolve) => (release = resolve));
    },
    resume: () => {
      release?.();
      release = null;
    },
    pass: () => opened,
  };
}

messagePublisherSuite('Kafka', async () => {
  const gate = createGate();
  const room = await openKafkaRoom((link) => ({
    ...link,
    send: async (topicMessages) => {
      await gate.pass();
      await link.send(topicMessages);
    },
  }));
  // The connection is made by the first message; the suite stalls sends, not connections.
  await room.producer.publish([{ ...room.message('warm', 0), topic: room.deadTopic }], 20_000);
  return {
    publisher: room.producer,
    topic: room.topic,
    schema: eventSchema,
    read: () => room.read(room.topic),
    stall: gate.stall,
    resume: gate.resume,
    close: room.close,
  };
});

test('calls that arrive while a send is under way travel together in the next one', async () => {
  let batches = 0;
  const room = await openKafkaRoom((link) => ({
    ...link,
    send: async (topicMessages) => {
      await link.send(topicMessages);
      batches += 1;
    },
  }));
  await Promise.all(
    Array.from({ length: 500 }, (_, n) => room.producer.publish([room.message(`user-${n}`, n)], 20_000)),
  );
  expect(await room.read(room.topic)).toHaveLength(500);
  expect(batches).toBeLessThanOrEqual(2);
  await room.close();
});

test('a closed producer has sent every accepted message, and accepts no more', async () => {
  const room = await openKafkaRoom();
  const taken = room.producer.publish([room.message('a', 1)], 20_000);
  const closed = room.producer.close();
  await expect(room.producer.publish([room.message('a', 2)], 20_000)).rejects.toMatchObject({ code: 'taken_back' });
  await taken;
  await closed;
  expect((await room.read(room.topic)).map(({ value }) => value)).toEqual([{ n: 1 }]);
  await room.close();
});
