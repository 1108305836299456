import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { createCircuitBreaker } from '../../../src/adapters/yookassa/circuit-breaker.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { missingOf } from '../../../src/composition/missing-of.ts';
import { reachKafka } from '../../../src/composition/reach-kafka.ts';
import { watchPublishing } from '../../../src/composition/watch-publishing.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

/** A clock whose waits end at once, and which tests move. */
function pushedClock() {
  let nowMs = 0;
  return {
    monotonicMs: () => nowMs,
    wait: () => new Promise<void>((resolve) => setImmediate(resolve)),
    push: (ms: number) => void (nowMs += ms),
  };
}

describe('a missing dependency', () => {
  test('is named: one that is unavailable, that does not answer in time, that cannot be asked, or of which a part is missing', async () => {
    const needs = {
      mongodb: () => Promise.resolve(true),
      kafka: () => Promise.resolve(false),
      provider: () => new Promise<boolean>(() => undefined),
      scheduler: () => true,
      consumer: () => Promise.reject(new Error('no')),
      'consumer hints': () => 'partition 3 stopped',
      registry: () => {
        throw new Error('no');
      },
    };
    expect(await missingOf(needs, pushedClock())).toEqual([
      'kafka',
      'provider',
      'consumer',
      'consumer hints: partition 3 stopped',
      'registry',
    ]);
    expect(await missingOf({ mongodb: needs.mongodb }, pushedClock())).toEqual([]);
  });
});

describe('publishing', () => {
  const clock = pushedClock();
  let failure: Error | null = null;
  const watched = watchPublishing(
    { publish: () => (failure === null ? Promise.resolve() : Promise.reject(failure)) },
    clock,
  );
  const publish = (outcome: Error | null): Promise<unknown> => {
    failure = outcome;
    return watched.publish([], 1_000).catch((error: unknown) => error);
  };
  const taken = new Fault('taken_back', 'Kafka was not reached in time.', { retryable: true });

  test('is well while a message has arrived of late, even where one to another partition failed later', async () => {
    expect(watched.wentWell()).toBeNull();
    await publish(null);
    clock.push(29_999);
    expect(await publish(taken)).toBe(taken);
    expect(watched.wentWell()).toBe(true);
    clock.push(1);
    expect(watched.wentWell()).toBe(false);
    await publish(null);
    expect(watched.wentWell()).toBe(true);
  });

  test('is unknown where all that is known is old: a process out of service is tried again', async () => {
    clock.push(30_000);
    expect(watched.wentWell()).toBeNull();
    await publish(taken);
    clock.push(29_999);
    expect(watched.wentWell()).toBe(false);
    clock.push(1);
    expect(watched.wentWell()).toBeNull();
  });

  test('ignores a message that was refused before a send', async () => {
    await publish(null);
    expect(await publish(new Error('too large'))).toMatchObject({ message: 'too large' });
    expect(watched.wentWell()).toBe(true);
  });
});

test('Kafka is unreachable without a listener, and with a silent one, without a line in the log', async () => {
  const log = createLogRecorder();
  const client = { clientId: 'test', log, clock: systemClock };
  expect(await reachKafka({ ...client, brokers: ['127.0.0.1:1'] })).toBe(false);
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as AddressInfo;
  const reached = reachKafka({ ...client, brokers: [`127.0.0.1:${port}`] });
  expect(await missingOf({ kafka: () => reached }, systemClock)).toEqual(['kafka']);
  // A socket that is open is no broker that answers.
  expect(await reached).toBe(false);
  mute.close();
  expect(log.lines).toEqual([]);
}, 30_000);

test('the provider counts as unavailable from the failure that opens the circuit until a call succeeds', () => {
  const clock = pushedClock();
  const circuit = createCircuitBreaker({ failuresMax: 2, openMs: 10_000 }, clock);
  circuit.enter()?.('bad');
  expect(circuit.isOpen()).toBe(false);
  circuit.enter()?.('bad');
  expect(circuit.isOpen()).toBe(true);
  clock.push(60_000);
  expect(circuit.isOpen()).toBe(true);
  circuit.enter()?.('good');
  expect(circuit.isOpen()).toBe(false);
});
