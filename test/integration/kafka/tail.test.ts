import { expect, jest, test } from '@jest/globals';
import { tail } from '../../../src/adapters/kafka/admin/tail.ts';
import type { TailLine } from '../../../src/adapters/kafka/admin/tail-line.ts';
import { type KafkaRoom, openKafkaRoom } from './kafka-room.ts';
import { until } from './real-runner.ts';

jest.setTimeout(60_000);

function start(room: KafkaRoom, more: Partial<Parameters<typeof tail>[0]> = {}) {
  const lines: TailLine[] = [];
  const ending = new AbortController();
  const ended = tail({
    client: room.client,
    decoder: room.registry,
    topicPrefix: room.topic,
    filter: {},
    follow: true,
    print: (line) => lines.push(line),
    signal: ending.signal,
    ...more,
  });
  const end = async () => {
    ending.abort();
    await ended;
  };
  return { lines, end, ended };
}

test('tail prints the past by time, then new events, until it is stopped', async () => {
  const room = await openKafkaRoom();
  const at = (key: string, n: number, time: string) => {
    const message = room.message(key, n);
    return { ...message, headers: { ...message.headers, ce_time: time } };
  };
  const past = [at('b', 2, '2026-01-02T00:00:00.000Z'), at('a', 1, '2026-01-01T00:00:00.000Z')];
  for (const message of [...past, at('c', 3, '2026-01-03T00:00:00.000Z')])
    await room.producer.publish([message], 20_000);
  const { lines, end } = start(room);
  await until(() => lines.length === 3);
  expect(lines.map(({ value }) => value)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  await room.producer.publish([room.message('a', 4)], 20_000);
  await until(() => lines.length === 4);
  expect(lines[3]).toMatchObject({
    type: 'suite.happened',
    key: 'a',
    id: 'a:4',
    correlationId: 'request-1',
    value: { n: 4 },
  });
  await end();
  await room.close();
});

test('tail shows one user or one type only, and marks undecodable records', async () => {
  const room = await openKafkaRoom();
  await room.producer.publish([room.message('a', 1), room.message('b', 2)], 20_000);
  await room.sendRaw({ key: 'a', value: Buffer.from('garbage'), headers: room.message('a', 3).headers });
  const ofUser = start(room, { filter: { user: 'a', type: 'suite' }, follow: false });
  await ofUser.ended;
  expect(ofUser.lines.map(({ value }) => value)).toEqual([{ n: 1 }, null]);
  expect(ofUser.lines[1]?.undecodable).toContain('magic byte');
  const ofType = start(room, { filter: { type: 'suite.other' }, follow: false });
  await ofType.ended;
  expect(ofType.lines).toEqual([]);
  await room.close();
});
