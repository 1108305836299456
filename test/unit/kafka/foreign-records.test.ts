import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LogRecord } from '../../../src/adapters/kafka/consumer/decode-delivery.ts';
import { standInAttributes } from '../../../src/adapters/kafka/client/compression/stand-in.ts';
import { createKeyedQueue } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';
import { createLiveness } from '../../../src/adapters/kafka/consumer/liveness.ts';
import { createMessageWork } from '../../../src/adapters/kafka/consumer/message-work.ts';
import { createBlockedKeyQueue } from '../../../src/adapters/kafka/consumer/blocked-key-queue.ts';
import { createPartitionWork } from '../../../src/adapters/kafka/consumer/partition-work.ts';
import type { Decoder } from '../../../src/adapters/kafka/registry/registry.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { toTailLine } from '../../../src/adapters/kafka/admin/tail-line.ts';
import { retryMessage } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { recordAt } from '../../../src/application/ports/cipher.ts';
import { createCipher } from '../../../src/adapters/system/cipher.ts';
import type { Delivery, Handled } from '../../../src/application/ports/consumer.ts';
import { Poison } from '../../../src/application/ports/faults.ts';
import { silentMeter } from '../../../src/application/ports/meter.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { unpackRecord } from '../../../src/messages/dead-letter.ts';
import { dayMs } from '../../../src/domain/model/instant.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const cipher = createCipher([Buffer.alloc(32, 1).toString('base64')]);
const envelope = { ce_id: Buffer.from('id-1'), ce_type: Buffer.from('cinema.billing.suite.happened.v1') };
const good: LogRecord = {
  key: Buffer.from('user'),
  value: Buffer.from('{"n":1}'),
  headers: envelope,
  offset: '7',
  timestamp: '1790000000000',
};

const decoder = {
  decode: (bytes: Buffer): Promise<unknown> =>
    bytes.equals(good.value ?? Buffer.alloc(0))
      ? Promise.resolve({ n: 1 })
      : Promise.reject(new Poison('not_framed', 'The value does not begin with the magic byte.')),
};

/** Passes one record through everything between the log and its handler; the handler accepts anything. */
function setUp(
  handle: (delivery: Delivery) => Promise<Handled> = () => Promise.resolve({ kind: 'handled' }),
  decoding: Decoder = decoder,
) {
  const clock = { ...createManualClock(1_790_000_000_000), wait: () => Promise.resolve() };
  const log = createLogRecorder();
  const settings = runnerSettings;
  const tools = {
    ...{ clock, log, settings, ending: new AbortController().signal },
    about: { consumer: 'suite', topic: 'billing.suite.v1', group: 'suite' },
  };
  const letters: OutMessage[] = [];
  const blockedKeys = createMemoryBlockedKeys();
  const workOn = createMessageWork(
    {
      declaration: {
        ...{ name: 'suite', topic: 'billing.suite.v1', group: 'suite', lanes: 1, whenBlocked: 'queue' },
        handle: (_: null, delivery) => handle(delivery),
      },
      ...{ services: null, decoder: decoding, cipher, blockedKeys, meter: silentMeter },
      client: { brokers: [], clientId: 'suite', log, clock },
      publisher: { publish: (messages) => Promise.resolve(void letters.push(...messages)) },
      onFatal: (error) => {
        throw error;
      },
    },
    tools,
    createLiveness(tools, () => undefined),
  );
  const blockedKeyQueue = createBlockedKeyQueue({ blockedKeys, cipher }, tools);
  const work = (record: LogRecord) =>
    new Promise<string>((resolve) => {
      const partition = createPartitionWork(3, createKeyedQueue(1), settings, {
        onFinished: ({ kind }) => resolve(kind),
        onFull: () => undefined,
        onRoom: () => undefined,
        onClosed: (mode, error) => resolve(`${mode}: ${String(error)}`),
      });
      partition.take({ key: 'any', offset: BigInt(record.offset) }, (signal) =>
        retryMessage(blockedKeyQueue.queued(3, record, workOn(3, record)), {
          ...{ clock, settings, signal },
          onRetry: () => undefined,
        }),
      );
    });
  return { work, letters, log, blockedKeys };
}

const huge = (byte: number): Buffer => Buffer.alloc(900_000, byte);
const notText = Buffer.from([0xff, 0xfe, 0x00, 0xc3]);
const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`h${n}`, n % 2 === 0 ? null : notText]));

/** Headers that this service does not use, in any form. */
const odd: Readonly<Record<string, LogRecord['headers']>> = {
  'no value': { trace: null },
  'no value, undefined': { trace: undefined },
  'an empty value': { trace: Buffer.alloc(0) },
  'text where bytes are usual': { trace: 'text' },
  'several values, the last none': { trace: [Buffer.from('1'), null] },
  'several values, none of them there': { trace: [null, null] },
  'an empty list': { trace: [] },
  'bytes that are no text': { trace: notText },
  'an empty name': { '': Buffer.from('x') },
  'names that objects inherit': { toString: null, constructor: Buffer.from('x'), ['__proto__']: Buffer.from('x') },
  'a huge value': { trace: huge(0) },
  'fifty thousand of them': many,
  'a huge correlation': { ce_correlationid: huge(0x61) },
  'a huge cause': { ce_causationid: huge(0xff) },
  'no correlation and no cause': { ce_correlationid: null, ce_causationid: null },
};

/** Formats before 0.11 have no headers, and the oldest has no time. */
const oldest = { headers: undefined, timestamp: undefined } as unknown as Partial<LogRecord>;

const poisoned: Readonly<Record<string, readonly [code: string, record: Partial<LogRecord>]>> = {
  'no headers': ['no_envelope', { headers: undefined }],
  'no type': ['no_envelope', { headers: { ...envelope, ce_type: null } }],
  'no id': ['no_envelope', { headers: { ...envelope, ce_id: null } }],
  'an id whose last value is none': ['no_envelope', { headers: { ...envelope, ce_id: [Buffer.from('1'), null] } }],
  'a type that is no text': ['no_envelope', { headers: { ...envelope, ce_type: notText } }],
  'a huge type': ['no_envelope', { headers: { ...envelope, ce_type: huge(0x61) } }],
  'no key': ['no_key', { key: null }],
  'nothing at all': ['no_key', { key: null, value: null, headers: {} }],
  'an empty value': ['not_framed', { value: Buffer.alloc(0) }],
  'a value of zero bytes': ['not_framed', { value: huge(0) }],
  'a value larger than a dead letter': ['not_framed', { value: Buffer.alloc(6_000_000, 1) }],
  'a key larger than a dead letter': ['not_framed', { key: Buffer.alloc(6_000_000, 1), value: Buffer.from('x') }],
  'a key that is no text': ['not_framed', { key: notText, value: Buffer.from('x') }],
  'headers of zero bytes': ['not_framed', { value: Buffer.from('x'), headers: { ...envelope, a: huge(0) } }],
  'no time': ['not_framed', { timestamp: '-1', value: Buffer.from('x') }],
  'a time before all calendars': ['not_framed', { timestamp: '-9223372036854775808', value: Buffer.from('x') }],
  'a time after all calendars': ['not_framed', { timestamp: '9223372036854775807', value: Buffer.from('x') }],
  'a batch that cannot be decompressed': ['unreadable_batch', { key: null, attributes: standInAttributes }],
  'a batch of the oldest format that cannot be decompressed': [
    'unreadable_batch',
    { ...oldest, attributes: standInAttributes },
  ],
  'a record of the oldest format': ['no_envelope', oldest],
};

function letterOf([letter]: readonly OutMessage[]) {
  const value = letter?.value as Parameters<typeof recordAt>[0] & {
    readonly errorCode: string;
    readonly sealed: string;
    readonly key: string | null;
    readonly timestamp: string | null;
  };
  return { ...value, record: unpackRecord(cipher.open(value.sealed, recordAt(value))), headers: letter?.headers ?? {} };
}

describe('records of other clients', () => {
  test.each(Object.entries(odd))(
    'a good command is handled whatever else is in its headers: %s',
    async (_, headers) => {
      const seen: Delivery[] = [];
      const { work } = setUp((delivery) => {
        seen.push(delivery);
        return Promise.resolve({ kind: 'handled' });
      });
      expect(await work({ ...good, headers: { ...envelope, ...headers } })).toBe('handled');
      const { correlationId, causationId } = seen[0]?.trace ?? { correlationId: '', causationId: '' };
      expect([correlationId.length, (causationId ?? '').length].every((length) => length <= 256)).toBe(true);
    },
  );

  test.each(Object.entries(poisoned))(
    '%s: a dead letter with why, and the partition moves on',
    async (_, [code, how]) => {
      const { work, letters } = setUp();
      expect(await work({ ...good, ...how })).toBe('deadLettered');
      expect(letterOf(letters).errorCode).toBe(code);
      expect(letters).toHaveLength(1);
    },
  );

  test('a record too large for a dead letter is stored without its largest part, and the reason says so', async () => {
    const headers = { ...envelope, a: huge(0) };
    const { work, letters } = setUp();
    await work({ ...good, headers, value: Buffer.from('x') });
    expect(letterOf(letters)).toMatchObject({
      reason: expect.stringContaining('too large to be kept whole') as unknown,
      record: { key: good.key, value: Buffer.from('x'), headers: {} },
    });
  });

  test('any record is handled or becomes a dead letter, and can be printed', async () => {
    const bytes = fc.option(fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)));
    const name = fc.oneof(
      fc.constantFrom('ce_id', 'ce_type', 'ce_correlationid', 'ce_time', 'ce_sequence'),
      fc.string(),
    );
    const headers = fc.dictionary(name, fc.oneof(bytes, fc.array(bytes), fc.constant(undefined)));
    const record = fc.record({
      key: bytes,
      value: fc.oneof(bytes, fc.constant(good.value)),
      headers: fc.oneof(
        headers,
        headers.map((more) => ({ ...envelope, ...more })),
        fc.constant(undefined),
      ),
      offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
      timestamp: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    });
    await fc.assert(
      fc.asyncProperty(record, async (one) => {
        const { work, letters } = setUp();
        const end = await work(one);
        expect(end === 'handled' ? letters.length : `${end} ${letters.length}`).toEqual(
          end === 'handled' ? 0 : 'deadLettered 1',
        );
        expect(await toTailLine({ topic: 't', partition: 0, message: one }, decoder, {})).toMatchObject({ topic: 't' });
      }),
    );
  });

  test.each(Object.entries(odd))('a handler that fails parks the record unchanged: %s', async (_, headers) => {
    const { work, blockedKeys } = setUp(() => Promise.reject(new Error('bug')));
    expect(await work({ ...good, headers: { ...envelope, ...headers } })).toBe('parked');
    expect(await blockedKeys.list('suite')).toHaveLength(1);
  });
});

describe('a schema that the registry denies', () => {
  const denied = Buffer.from('of a newer schema');
  const denying: Decoder = {
    decode: (bytes) =>
      bytes.equals(denied)
        ? Promise.reject(new Poison('unknown_schema', 'The registry has no such schema.'))
        : decoder.decode(bytes),
  };
  const saidBefore = (agoMs: number): LogRecord['headers'] => ({
    ...envelope,
    ce_time: Buffer.from(new Date(1_790_000_000_000 - agoMs).toISOString()),
  });
  const setUpDenying = () => setUp(undefined, denying);

  test('may become known: the key of a recent message waits in its queue without an alarm, and no other key', async () => {
    const { work, letters, blockedKeys, log } = setUpDenying();
    const recent = { ...good, headers: saidBefore(0) };
    expect(await work({ ...recent, value: denied })).toBe('parked');
    expect(await work({ ...recent, offset: '8' })).toBe('parked');
    expect(await work({ ...recent, key: Buffer.from('another'), offset: '9' })).toBe('handled');
    expect(await blockedKeys.list('suite')).toMatchObject([{ key: 'user', waiting: 2, error: { name: 'Fault' } }]);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(letters).toEqual([]);
  });

  test.each<readonly [string, LogRecord['headers']]>([
    ['of more than a week ago', saidBefore(8 * dayMs)],
    ['without a time in its envelope', envelope],
  ])('will not become known to a message %s: a dead letter, and its key goes on', async (_, headers) => {
    const { work, letters } = setUpDenying();
    expect(await work({ ...good, headers, value: denied })).toBe('deadLettered');
    expect(await work({ ...good, offset: '8' })).toBe('handled');
    expect(letterOf(letters).errorCode).toBe('unknown_schema');
  });
});
