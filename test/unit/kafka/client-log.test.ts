import { expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { createClientLog } from '../../../src/adapters/kafka/client/client-log.ts';
import { clientSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

function setUp() {
  const log = createLogRecorder();
  const clock = createManualClock(0);
  const write = createClientLog(log, clock)(kafkajs.logLevel.INFO);
  const say = (message: string, level = kafkajs.logLevel.ERROR): void =>
    write({ namespace: 'Connection', level, label: 'ERROR', log: { message, timestamp: '' } });
  return { log, clock, say };
}

test("the client library's errors are warnings of ours, and a repeated one is logged once in a while", () => {
  const { log, clock, say } = setUp();
  for (let n = 0; n < 50; n += 1) say('Connection error: connect ECONNREFUSED');
  clock.advance(clientSettings.logRepeatMs);
  say('Connection error: connect ECONNREFUSED');
  say('Starting', kafkajs.logLevel.INFO);
  expect(log.lines).toEqual(
    Array.from({ length: 2 }, () => ({
      level: 'warn',
      message: 'kafka client',
      fields: { reason: 'Connection: Connection error: connect ECONNREFUSED' },
    })),
  );
});

test('events lost to retention are an alert', () => {
  const { log, say } = setUp();
  say('Offset out of range, resetting to default offset');
  expect(log.lines.map(({ level }) => level)).toEqual(['error']);
});
