import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Delivery, Handled } from '../../../src/application/ports/consumer.ts';
import { Fault, Poison } from '../../../src/application/ports/faults.ts';
import { type Meter, silentMeter } from '../../../src/application/ports/meter.ts';
import { type KafkaRoom, openKafkaRoom } from './kafka-room.ts';
import { createStartRunner, quickSettings, until } from './real-runner.ts';

jest.setTimeout(90_000);

const handled: Handled = { kind: 'handled' };
const numberOf = ({ value }: Delivery): number => (value as { n: number }).n;

/** A promise that the test resolves. */
function createLatch() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('the runner at work', () => {
  let room: KafkaRoom;
  let runners: ReturnType<typeof createStartRunner>;
  beforeEach(async () => {
    room = await openKafkaRoom();
    runners = createStartRunner(room);
  });
  afterEach(async () => {
    await runners.stopAll();
    await room.close();
  });
  const publish = (messages: readonly (readonly [string, number])[]) =>
    room.producer.publish(
      messages.map(([key, n]) => room.message(key, n)),
      20_000,
    );

  test('each message is counted by what became of it, with its time, also one that is released from a blocked key', async () => {
    await publish([
      ['good', 0],
      ['poison', 0],
      ['bug', 0],
    ]);
    const finished: Parameters<Meter['finished']>[0][] = [];
    const reasons: string[] = [];
    const meter: Meter = {
      ...silentMeter,
      finished: (message) => void finished.push(message),
      deadLettered: ({ consumer, reason }) => void reasons.push(`${consumer} ${reason}`),
    };
    let failures = 0;
    await runners.start(
      async ({ key }) => {
        if (key === 'poison') throw new Poison('invalid_value', 'No use for it.');
        if (key === 'bug' && (failures += 1) <= quickSettings.bugAttempts) throw new Error('a bug');
        await systemClock.wait(5);
        return handled;
      },
      { meter },
    );
    const outcomes = () => finished.map(({ outcome }) => outcome).toSorted();
    await until(() => finished.length === 4);
    expect(outcomes()).toEqual(['deadLettered', 'handled', 'handled', 'parked']);
    expect(reasons).toEqual(['suite invalid_value']);
    const handling = finished.filter(({ outcome }) => outcome === 'handled');
    expect(handling.every(({ consumer, durationMs }) => consumer === 'suite' && durationMs > 0)).toBe(true);
  });

  test('64 lanes keep the order of every key, however long each message takes', async () => {
    const keys = Array.from({ length: 100 }, (_, n) => `user-${n}`);
    const rounds = Array.from({ length: 40 }, (_, n) => n);
    await publish(rounds.flatMap((n) => keys.map((key) => [key, n] as const)));
    const seen = new Map<string, number[]>();
    let active = 0;
    let most = 0;
    const runner = await runners.start(async (delivery) => {
      active += 1;
      most = Math.max(most, active);
      await systemClock.wait((numberOf(delivery) * 7 + delivery.key.length) % 5);
      seen.set(delivery.key, [...(seen.get(delivery.key) ?? []), numberOf(delivery)]);
      active -= 1;
      return handled;
    });
    await until(() => runner.snapshot().handled === keys.length * rounds.length);
    for (const key of keys) expect(seen.get(key)).toEqual(rounds);
    expect(most).toBe(64);
    await until(
      async () => Object.values(await room.committed()).reduce((sum, offset) => sum + Number(offset), 0) === 4_000,
    );
  });

  test('a slow message delays only its own key, and no later offset of its partition is committed', async () => {
    const latch = createLatch();
    const seen: string[] = [];
    await publish([['slow', 1]]);
    const runner = await runners.start(async (delivery) => {
      if (delivery.key === 'slow' && numberOf(delivery) === 1) await latch.opened;
      seen.push(`${delivery.key}:${numberOf(delivery)}`);
      return handled;
    });
    await until(() => runner.snapshot().active === 1);
    for (let n = 0; n < 50; n += 1) await publish([[`quick-${n}`, n]]);
    await publish([['slow', 2]]);
    await until(() => runner.snapshot().handled === 50);
    expect(seen.some((entry) => entry.startsWith('slow'))).toBe(false);
    const slow = (await room.read(room.topic)).find(({ key }) => key === 'slow');
    expect(Number((await room.committed())[slow?.partition ?? 0])).toBeLessThanOrEqual(0);
    latch.open();
    await until(() => runner.snapshot().handled === 52);
    expect(seen.filter((entry) => entry.startsWith('slow'))).toEqual(['slow:1', 'slow:2']);
  });

  test('a long outage pauses the partition, which continues at the same message after it', async () => {
    await publish([
      ['a', 1],
      ['a', 2],
    ]);
    let isAway = true;
    const seen: number[] = [];
    const settings = { ...quickSettings, transientBoundMs: 30 };
    const runner = await runners.start(
      (delivery) => {
        if (isAway) throw new Fault('store_unavailable', 'unavailable', { retryable: true });
        seen.push(numberOf(delivery));
        return Promise.resolve(handled);
      },
      { settings },
    );
    const linesOf = (message: string) => room.log.lines.filter((line) => line.message === message).length;
    await until(() => linesOf('the partition goes on') >= 2);
    expect(linesOf('a dependency is unavailable, the partition rests')).toBeGreaterThanOrEqual(2);
    expect(runner.isReady()).toBe(true);
    isAway = false;
    await until(() => runner.snapshot().handled === 2);
    expect(seen).toEqual([1, 2]);
  });

  test('a stop finishes and commits the running messages and begins no other', async () => {
    const latch = createLatch();
    await publish([
      ['a', 1],
      ['a', 2],
    ]);
    const seen: number[] = [];
    const first = await runners.start(async (delivery) => {
      await latch.opened;
      seen.push(numberOf(delivery));
      return handled;
    });
    await until(() => first.snapshot().active === 1);
    const stopped = first.stop();
    latch.open();
    await stopped;
    expect(seen).toEqual([1]);
    const again: number[] = [];
    const second = await runners.start((delivery) => {
      again.push(numberOf(delivery));
      return Promise.resolve(handled);
    });
    await until(() => second.snapshot().handled === 1);
    expect(again).toEqual([2]);
  });

  test('a stop gives up on a handler that hangs', async () => {
    await publish([['a', 1]]);
    const latch = createLatch();
    const runner = await runners.start(
      async () => {
        await latch.opened;
        return handled;
      },
      { settings: { ...quickSettings, stopBoundMs: 50 } },
    );
    await until(() => runner.snapshot().active === 1);
    await runner.stop();
    expect(runner.isReady()).toBe(false);
    latch.open();
  });

  test('a second process takes over half of the partitions, and no message is lost', async () => {
    const seen = new Set<number>();
    const note = (delivery: Delivery): Promise<Handled> => {
      seen.add(numberOf(delivery));
      return Promise.resolve(handled);
    };
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    await runners.start(note);
    const sending = (async () => {
      for (const n of numbers) await publish([[`user-${n}`, n]]);
    })();
    const second = await runners.start(note);
    await until(() => second.isReady());
    await sending;
    await until(() => seen.size === numbers.length);
    expect([...seen].toSorted((a, b) => a - b)).toEqual(numbers);
  });

  test('a value against the schema that it names goes to the dead letters', async () => {
    const good = room.registry.encode(room.message('a', 1)) ?? Buffer.alloc(0);
    const value = Buffer.concat([good.subarray(0, 5), Buffer.from('{"n":"one"}')]);
    await room.sendRaw({ key: 'a', value, headers: room.message('a', 1).headers });
    const runner = await runners.start(() => Promise.resolve(handled));
    await until(() => runner.snapshot().deadLettered === 1);
    expect((await room.read(room.deadTopic))[0]?.value).toMatchObject({
      errorCode: 'schema_violation',
      topic: room.topic,
    });
  });

  test.each([
    ['gzip', kafkajs.CompressionTypes.GZIP],
    ['snappy', kafkajs.CompressionTypes.Snappy],
    ['lz4', kafkajs.CompressionTypes.LZ4],
    ['zstd', kafkajs.CompressionTypes.ZSTD],
  ] as const)('what the broker compresses by %s before it stores it is handled', async (value, type) => {
    const codecs: Record<number, () => { decompress: (bytes: Buffer) => Promise<Buffer> }> = kafkajs.CompressionCodecs;
    const codecOf = codecs[type];
    const codec = codecOf?.();
    if (codecOf === undefined || codec === undefined) throw new Error('There is no such codec.');
    let asked = 0;
    codecs[type] = () => {
      asked += 1;
      return codec;
    };
    try {
      const configEntries = [{ name: 'compression.type', value }];
      const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: room.topic, configEntries };
      await room.admin.alterConfigs({ validateOnly: false, resources: [resource] });
      const seen: number[] = [];
      await runners.start((delivery) => {
        seen.push(numberOf(delivery));
        return Promise.resolve(handled);
      });
      // The broker applies the setting a moment later; until then it stores what it was sent.
      let sent = 0;
      await until(async () => {
        sent += 1;
        await publish([['a', sent]]);
        return asked > 0;
      });
      await until(() => seen.length === sent);
      expect(seen).toEqual(Array.from({ length: sent }, (_, n) => n + 1));
    } finally {
      codecs[type] = codecOf;
    }
  });
});
