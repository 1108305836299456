import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { topicNames } from '../../src/messages/topics.ts';
import type { Answer } from '../../tools/client/call.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { startForeignReader, type ForeignReader } from '../support/foreign-reader.ts';
import { sandbox, userOf } from '../support/system-client.ts';

let reader: ForeignReader;
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const kafka = new kafkajs.Kafka({ clientId: 'late-duplicate', brokers, logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer();
beforeAll(async () => {
  reader = await startForeignReader();
  await producer.connect();
}, 60_000);
afterAll(() => Promise.all([reader.stop(), producer.disconnect()]));

/** In the registry's wire format with the newest schema, as the first record was sent. */
async function encode(value: unknown): Promise<Buffer> {
  const subject = `${topicNames.entitlements}-cinema.billing.entitlement.changed`;
  const answer = await fetch(`${process.env['SCHEMA_REGISTRY_URL'] ?? ''}/subjects/${subject}/versions/latest`);
  const { id } = (await answer.json()) as { id: number };
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  return Buffer.concat([frame, Buffer.from(JSON.stringify(value))]);
}

const hasAccess = ({ json }: Answer): boolean => json['active'] === true;

test('a late duplicate of an older access record is not the last record of a user', async () => {
  const userId = randomUUID();
  const user = await userOf(userId);
  await user.buy('day');
  await sandbox.payPage(userId);
  await eventually(user.entitlement, hasAccess);
  const [given] = (await reader.until(userId, 'entitlement.changed')).filter(
    ({ type }) => type === 'entitlement.changed',
  );
  await user.cancel({ mode: 'immediate' });
  const published = () => reader.records(userId).filter(({ type }) => type === 'entitlement.changed');
  // The keeper repeats a record that it read late, so what was published is known by its ids, not by their number.
  const ended = await eventually(
    () => Promise.resolve(published().at(-1)),
    (last) => last?.value['active'] === false,
  );
  await producer.send({
    topic: topicNames.entitlements,
    messages: [{ key: userId, value: await encode(given?.value), headers: given?.headers ?? {} }],
  });
  const afterTheLate = () => published().slice(published().findLastIndex(({ id }) => id === given?.id) + 1);
  const [repeat] = await eventually(
    () => Promise.resolve(afterTheLate()),
    (after) => published().filter(({ id }) => id === given?.id).length === 2 && after.length > 0,
  );
  expect(repeat).toMatchObject({ id: ended?.id, sequence: ended?.sequence, value: ended?.value });
}, 60_000);
