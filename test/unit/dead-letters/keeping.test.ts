import { describe, expect, test } from '@jest/globals';
import { keepDeadLetters } from '../../../consumers/keep-dead-letters.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { buildDeadLetter } from '../../../src/adapters/kafka/consumer/dead-letter.ts';
import { createLiveness } from '../../../src/adapters/kafka/consumer/liveness.ts';
import { createMessageWork } from '../../../src/adapters/kafka/consumer/message-work.ts';
import { handleOrDeadLetter } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import type { Delivery } from '../../../src/application/ports/consumer.ts';
import { silentMeter } from '../../../src/application/ports/meter.ts';
import { Poison } from '../../../src/application/ports/faults.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { typeFromHeader } from '../../../src/messages/catalogue.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createTestSystem } from '../../support/test-system.ts';

const everything = { state: null, topic: null, errorCode: null, after: null, limit: 10 };
const system = createTestSystem();
const { cipher, clock } = system.services;

/** The dead letter that the consumer of commands writes for a record. */
const letterOf = (offset: string, headers: Readonly<Record<string, string>> = {}): OutMessage =>
  buildDeadLetter(
    {
      ...{ group: 'billing-commands', topic: 'billing.commands.v1', partition: 4 },
      message: { key: Buffer.from('user'), value: Buffer.from('no frame'), headers, offset, timestamp: '5' },
    },
    new Poison('not_framed', 'It is not framed.'),
    { cipher, clock },
  );

function deliver({ topic, key, headers, value }: OutMessage): Promise<unknown> {
  const type = typeFromHeader(headers['ce_type']) ?? 'unknown';
  const delivery: Delivery = {
    ...{ topic, partition: 0, offset: '0', recordedAt: null, key, headers, type, value },
    trace: { correlationId: 'test', causationId: null },
  };
  return keepDeadLetters.handle(system.services, delivery);
}

describe('a dead letter of the topic', () => {
  test('is kept, open, with its origin and reason in clear; the record stays sealed', async () => {
    await deliver(letterOf('1'));
    const kept = await system.deadLetters.find('billing.commands.v1:4:1:billing-commands');
    expect(kept).toMatchObject({
      ...{ topic: 'billing.commands.v1', partition: 4, offset: '1', key: 'user', consumerGroup: 'billing-commands' },
      ...{ errorCode: 'not_framed', reason: 'It is not framed.', state: 'open', replayOf: null },
    });
    expect(JSON.stringify(kept)).not.toContain('no frame');
  });

  test('is kept once, however often its record was given up', async () => {
    const before = (await system.deadLetters.list(everything)).length;
    await deliver(letterOf('2'));
    await deliver(letterOf('2'));
    expect(await system.deadLetters.list(everything)).toHaveLength(before + 1);
  });

  test('of a record that was replayed names the dead letter that it was before', async () => {
    await deliver(letterOf('3', { ce_replayof: 'billing.commands.v1:4:1:billing-commands' }));
    const [newest] = (await system.deadLetters.list(everything)).filter(({ offset }) => offset === '3');
    expect(newest?.replayOf).toBe('billing.commands.v1:4:1:billing-commands');
  });

  test('of an earlier release, which knew no replays, is kept too', async () => {
    const letter = letterOf('4');
    const value = Object.fromEntries(Object.entries(letter.value ?? {}).filter(([name]) => name !== 'replayOf'));
    await deliver({ ...letter, value });
    expect(await system.deadLetters.find('billing.commands.v1:4:4:billing-commands')).toMatchObject({ replayOf: null });
  });
});

test.each([
  ['is of another type', { headers: { ce_id: 'x', ce_type: 'cinema.billing.payment.created.v1' } }],
  ['is of a later version', { headers: { ce_id: 'x', ce_type: 'cinema.billing.dead_letter.v2' } }],
  ['lacks a field', { value: {} }],
  ['is a tombstone', { value: null }],
])('a record of the topic that %s is poison', async (_how, more) => {
  await expect(deliver({ ...letterOf('5'), ...more })).rejects.toBeInstanceOf(Poison);
});

test('a dead letter that cannot be read is reported and skipped: no dead letter of it comes back to the topic', async () => {
  const log = createLogRecorder();
  const sent: unknown[] = [];
  const { topic, group } = keepDeadLetters;
  const tools = {
    ...{ clock: createManualClock(0), log, settings: runnerSettings, ending: new AbortController().signal },
    about: { consumer: 'letters', topic, group },
  };
  const work = createMessageWork(
    {
      ...{ declaration: keepDeadLetters, services: system.services, cipher, blockedKeys: system.blockedKeys },
      meter: silentMeter,
      decoder: { decode: () => Promise.reject(new Poison('not_framed', 'It is not framed.')) },
      client: { brokers: [], clientId: 'test', log, clock: tools.clock },
      publisher: { publish: (messages) => Promise.resolve(void sent.push(...messages)) },
      onFatal: () => undefined,
    },
    tools,
    createLiveness(tools, () => undefined),
  );
  const record = { key: Buffer.from('user'), value: Buffer.from('x'), offset: '9', timestamp: '5' };
  const headers = { ce_id: 'x', ce_type: 'cinema.billing.dead_letter.v1' };
  expect(await handleOrDeadLetter(work(0, { ...record, headers }))).toEqual({ kind: 'deadLettered' });
  expect(sent).toEqual([]);
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
    { message: 'a dead letter cannot be read and was skipped', fields: { offset: '9', code: 'not_framed' } },
  ]);
});
