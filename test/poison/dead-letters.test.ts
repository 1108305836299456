import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { topicNames } from '../../src/messages/topics.ts';
import { nodeFlags } from '../../stack/run-node.ts';
import type { Json } from '../../tools/client/call.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { userOf } from '../support/system-client.ts';

const run = promisify(execFile);
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const kafka = new kafkajs.Kafka({ clientId: 'dead-letters', brokers, logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer();
let staff: Awaited<ReturnType<typeof userOf>>;
beforeAll(async () => {
  staff = await userOf(randomUUID(), { superuser: true });
  await producer.connect();
}, 60_000);
afterAll(() => producer.disconnect());

async function lettersOf(key: string): Promise<readonly Json[]> {
  const { json } = await staff.ask(`/admin/api/dead-letters?topic=${topicNames.commands}&limit=100`);
  return (json['dead_letters'] as readonly Json[]).filter((letter) => letter['key'] === key);
}
const pathOf = (id: unknown): string => `/admin/api/dead-letters/${encodeURIComponent(String(id))}`;

/** The program of the image, where there are no tools. */
async function shell(...args: readonly string[]): Promise<Json> {
  const { stdout } = await run(process.execPath, [...nodeFlags, 'src/admin.ts', ...args], { env: process.env });
  return JSON.parse(stdout) as Json;
}

test('a poison command is listed and opened; replayed while its cause lasts, it is a new dead letter of the first', async () => {
  const key = randomUUID();
  const headers = { ce_id: 'order-1', ce_type: 'cinema.billing.subscription.cancel.v1' };
  await producer.send({ topic: topicNames.commands, messages: [{ key, value: 'no frame', headers }] });
  const [first] = await eventually(
    () => lettersOf(key),
    (found) => found.length === 1,
  );
  expect(first).toMatchObject({ state: 'open', error_code: 'not_framed', consumer_group: 'billing-commands' });
  const opened = await staff.ask(pathOf(first?.['id']));
  expect(opened.json).toMatchObject({
    record: { key: { content: key }, headers, value: { format: 'text', content: 'no frame' } },
  });

  const asked = { body: { reason: 'to see it fail' }, headers: { 'Idempotency-Key': 'replay-1' } };
  const replayed = await staff.ask(`${pathOf(first?.['id'])}/replay`, asked);
  expect(replayed.json).toMatchObject({ id: first?.['id'], state: 'replayed' });
  const [second] = await eventually(
    () => lettersOf(key),
    (found) => found.length === 2,
  );
  expect(second).toMatchObject({ state: 'open', replay_of: first?.['id'], error_code: 'not_framed' });

  const id = String(second?.['id']);
  expect(await shell('dead-letter', id)).toMatchObject({ letter: { id }, record: { value: { content: 'no frame' } } });
  expect(await shell('drop', id, '--reason', 'it is void', '--actor', 'anna')).toEqual({ id, state: 'discarded' });
  expect((await staff.ask(pathOf(id))).json).toMatchObject({ state: 'discarded' });
  const audited = await staff.ask(`/admin/api/audit?about=${encodeURIComponent(id)}`);
  expect(audited.json).toMatchObject([{ actor: 'anna', action: 'dead_letter.discard', reason: 'it is void' }]);
}, 120_000);

test('a replay from a shell publishes the record again', async () => {
  const key = randomUUID();
  await producer.send({ topic: topicNames.commands, messages: [{ key, value: 'no frame' }] });
  const [first] = await eventually(
    () => lettersOf(key),
    (found) => found.length === 1,
  );
  const id = String(first?.['id']);
  expect(await shell('replay', id, '--reason', 'to see it fail')).toEqual({ id, state: 'replayed' });
  const [second] = await eventually(
    () => lettersOf(key),
    (found) => found.length === 2,
  );
  expect(second).toMatchObject({ replay_of: id });
}, 120_000);
