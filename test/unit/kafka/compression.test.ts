import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import kafkajs, { type KafkaMessage } from 'kafkajs';
import { decompressLz4 } from '../../../src/adapters/kafka/client/compression/lz4.ts';
import { decompressSnappy } from '../../../src/adapters/kafka/client/compression/snappy.ts';
import { standInAttributes } from '../../../src/adapters/kafka/client/compression/stand-in.ts';
import { repairKafkajs } from '../../../src/adapters/kafka/client/kafkajs-repairs.ts';
import { clientSettings } from '../../../src/adapters/kafka/client/settings.ts';

repairKafkajs();

const plain = Array.from({ length: 40 }, (_, n) => `{"userId":"${n % 7}","n":${n}}`).join('') + 'a'.repeat(300);
const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');
const bound = 1_000_000;

/** Compressed from `plain` by kafka-python, with Google's library (snappy) and that of the author of LZ4. */
const byClients = {
  stream: bytesOf(
    'glNOQVBQWQAAAAABAAAAAQAAATTqCEx7InVzZXJJZCI6IjAiLCJuIjowfR0UADEJFAAxLhQAADIJFAAyLhQAADMJFAAzLhQAADQJFAA0LhQAADUJFAA1LhQAADYJFAA2LhQADYwANy4UAA2MADguFAANjAA5LhQADYwAMTLJAA2NADEyygANjgAxMssADY8AMTLMAA2QADEyzQANkQAxMs4ADZIAMTLPABGTMtAAEZMy0QARkzLSAA2TADIy0gANkwAyMtIADZMAMjLSAA2TADIy0gANkwAyMtIADZMAMjLSAA2TADIy0gARkzLSABGTMtIAEZMy0gANkwAzMtIADZMAMzLSAA2TADMy0gANkwAzMtIADZMAMzLSAA2TADMy0gANkwAzMtIAEZMy0gARkzLSABGTCDl9Yf4BAP4BAP4BAP4BAKoBAA==',
  ),
  block: bytesOf(
    '6ghMeyJ1c2VySWQiOiIwIiwibiI6MH0dFAAxCRQAMS4UAAAyCRQAMi4UAAAzCRQAMy4UAAA0CRQANC4UAAA1CRQANS4UAAA2CRQANi4UAA2MADcuFAANjAA4LhQADYwAOS4UAA2MADEyyQANjQAxMsoADY4AMTLLAA2PADEyzAANkAAxMs0ADZEAMTLOAA2SADEyzwARkzLQABGTMtEAEZMy0gANkwAyMtIADZMAMjLSAA2TADIy0gANkwAyMtIADZMAMjLSAA2TADIy0gANkwAyMtIAEZMy0gARkzLSABGTMtIADZMAMzLSAA2TADMy0gANkwAzMtIADZMAMzLSAA2TADMy0gANkwAzMtIADZMAMzLSABGTMtIAEZMy0gARkwg5fWH+AQD+AQD+AQD+AQCqAQA=',
  ),
  frame: bytesOf(
    'BCJNGGhAagQAAAAAAADEMgEAAPcFeyJ1c2VySWQiOiIwIiwibiI6MH0UABIxFAAYMRQAEjIUABgyFAASMxQAGDMUABI0FAAYNBQAEjUUABg1FAASNhQAGDYUAAOMABg3FAADjAAYOBQAA4wAGDkUAAOMABkxyQADjQAZMcoAA44AGTHLAAOPABkxzAADkAAZMc0AA5EAGTHOAAOSABkxzwAEkwAJ0AAEkwAJ0QAEkwAJ0gADkwAZMtIAA5MAGTLSAAOTABky0gADkwAZMtIAA5MAGTLSAAOTABky0gADkwAZMtIABJMACdIABJMACdIABJMACdIAA5MAGTPSAAOTABkz0gADkwAZM9IAA5MAGTPSAAOTACgzNA0CA5MAGTPSAAOTABkz0gAEkwAJ0gAEkwAJ0gAEkwA/OX1hAQD/FFBhYWFhYQAAAAA=',
  ),
};

function stored(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(0x80000000 + bytes.length);
  return Buffer.concat([size, bytes]);
}
const noFlags = bytesOf('BCJNGEBAAA==');
const allFlags = Buffer.concat([bytesOf('BCJNGFxA'), Buffer.alloc(9)]);
const [endMark, checksum] = [Buffer.alloc(4), Buffer.alloc(4, 7)];
const text = Buffer.from('text');

describe('snappy and LZ4', () => {
  test.each([
    ['a stream of snappy-java', () => decompressSnappy(byClients.stream, bound)],
    ['a bare snappy block', () => decompressSnappy(byClients.block, bound)],
    ['an LZ4 frame', () => decompressLz4(byClients.frame, bound)],
  ])('%s of a real client is read', (_, read) => {
    expect(read().toString()).toBe(plain);
  });

  test('streams and frames may follow each other, and other blocks are skipped', () => {
    const twice = (bytes: Buffer): Buffer => Buffer.concat([bytes, bytes]);
    expect(decompressSnappy(twice(byClients.stream), bound).toString()).toBe(plain + plain);
    const skipped = bytesOf('UCpNGAIAAAAAAA==');
    expect(decompressLz4(Buffer.concat([byClients.frame, skipped, byClients.frame]), bound).toString()).toBe(
      plain + plain,
    );
  });

  test('stored blocks, checksums and a content size are read', () => {
    expect(decompressLz4(Buffer.concat([noFlags, stored(text), stored(text), endMark]), bound).toString()).toBe(
      'texttext',
    );
    const parts = [allFlags, stored(text), checksum, stored(text), checksum, endMark, checksum];
    expect(decompressLz4(Buffer.concat(parts), bound).toString()).toBe('texttext');
  });

  test.each([
    ['stream', decompressSnappy],
    ['block', decompressSnappy],
    ['frame', decompressLz4],
  ] as const)(
    'a %s that is cut or changed is refused or read, never waited on or read beyond its bound',
    (name, read) => {
      const good = byClients[name];
      expect(() => read(good, plain.length - 1)).toThrow('longer than');
      expect(read(good, plain.length)).toHaveLength(plain.length);
      const broken = fc.record({ end: fc.nat(good.length), at: fc.nat(good.length - 1), byte: fc.nat(255) });
      fc.assert(
        fc.property(broken, ({ end, at, byte }) => {
          const bytes = Buffer.from(good.subarray(0, end));
          if (at < end) bytes[at] = byte;
          try {
            expect(read(bytes, 5_000).length).toBeLessThanOrEqual(5_000);
          } catch (error) {
            expect(error).toMatchObject({ name: 'RangeError' });
          }
        }),
        { numRuns: 2_000 },
      );
    },
  );
});

type Batch = { readonly records: readonly KafkaMessage[] };
type OldMessage = Pick<KafkaMessage, 'offset' | 'key' | 'value' | 'attributes'>;
type Encoder = { readonly buffer: Buffer; readonly writeEncoder: (from: Encoder) => Encoder };
const load = createRequire(import.meta.url);
const [readBatch, readMessages, { RecordBatch }, recordOf, encodeSet, Decoder] = [
  load('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (decoder: unknown) => Promise<Batch>,
  load('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js') as (
    decoder: unknown,
  ) => Promise<readonly OldMessage[]>,
  load('kafkajs/src/protocol/recordBatch/v0/index.js') as { RecordBatch: (parts: object) => Promise<Encoder> },
  load('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (parts: object) => Encoder,
  load('kafkajs/src/protocol/messageSet/index.js') as (parts: object) => Encoder,
  load('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => unknown,
];
const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
const attributesAt = 21;
const recordsAt = 61;

/** A batch as the broker sends it, its records replaced by these bytes. */
async function batchOf(codec: number, records: readonly object[], compress: (bytes: Buffer) => Buffer) {
  const encoded = records.map((record, offsetDelta) => recordOf({ offsetDelta, key: null, value: null, ...record }));
  const { buffer } = await RecordBatch({ records: encoded, lastOffsetDelta: records.length - 1, firstTimestamp: 0 });
  const bytes = Buffer.concat([buffer.subarray(0, recordsAt), compress(Buffer.from(buffer.subarray(recordsAt)))]);
  bytes.writeInt16BE(codec, attributesAt);
  bytes.writeInt32BE(bytes.length - 12, 8);
  return new Decoder(bytes);
}
const three = [{ value: Buffer.from('1') }, { value: Buffer.from('2') }, { value: Buffer.from('3') }];

const asFrame = (bytes: Buffer): Buffer => Buffer.concat([noFlags, stored(bytes), endMark]);
/** Of fewer than 128 bytes. */
const asBlock = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([bytes.length, 60 << 2, bytes.length - 1]), bytes]);

type Codec = readonly [name: string, type: number, compress: (bytes: Buffer) => Buffer];
const gzip: Codec = ['gzip', GZIP, (bytes) => zlib.gzipSync(bytes)];
const snappy: Codec = ['snappy', Snappy, asBlock];
const lz4: Codec = ['lz4', LZ4, asFrame];
const zstd: Codec = ['zstd', ZSTD, (bytes) => zlib.zstdCompressSync(bytes)];

describe('a batch of the broker', () => {
  test.each([gzip, snappy, lz4, zstd])('compressed by %s is read', async (_, codec, compress) => {
    const { records } = await readBatch(await batchOf(codec, three, compress));
    expect(records.map(({ value }) => String(value))).toEqual(['1', '2', '3']);
  });

  const bomb = Buffer.alloc(clientSettings.decompressedBytes + 1);
  test.each([
    ['gzip', GZIP, Buffer.from('no gzip')],
    ['snappy', Snappy, Buffer.from('no snappy')],
    ['lz4', LZ4, Buffer.from('no frame')],
    ['zstd', ZSTD, Buffer.from('no zstd')],
    ['gzip', GZIP, zlib.gzipSync(bomb)],
    ['zstd', ZSTD, zlib.zstdCompressSync(bomb)],
  ])('that %s cannot read is stood for, record by record, and its bytes are kept', async (_, codec, bytes) => {
    const { records } = await readBatch(await batchOf(codec, three, () => bytes));
    expect(records.map(({ offset }) => offset)).toEqual(['0', '1', '2']);
    expect(records.map(({ key, value }) => [key, value])).toEqual([
      [null, bytes],
      [null, null],
      [null, null],
    ]);
    for (const { attributes, headers } of records) expect([attributes, headers]).toEqual([standInAttributes, {}]);
  });
});

type Entry = {
  readonly offset: bigint;
  readonly key?: string;
  readonly value: Buffer | string;
  readonly compression?: number;
};

/** Messages as brokers before 0.11 stored them, and as newer ones still hold them in a log that they took over. */
const setOf = (messageVersion: number, entries: readonly Entry[]): Buffer =>
  Buffer.concat(
    entries.map(({ offset, key, value, compression }) => {
      const entry = { key: key === undefined ? null : Buffer.from(key), value: Buffer.from(value), compression };
      const { buffer } = encodeSet({ messageVersion, compression: 0, entries: [entry] });
      const message = Buffer.from(buffer);
      message.writeBigInt64BE(offset);
      return message;
    }),
  );

/** One answer of the broker: its length, then the sets. */
function answerOf(...sets: readonly Buffer[]): unknown {
  const bytes = Buffer.concat([Buffer.alloc(4), ...sets]);
  bytes.writeInt32BE(bytes.length - 4);
  return new Decoder(bytes);
}

const old = [
  { offset: 70n, key: 'a', value: '1' },
  { offset: 71n, key: 'b', value: '2' },
];
/** Inside a compressed set, magic 0 has the offsets of the log, and magic 1 counts from nought. */
const inside = (magic: number) => old.map((entry) => (magic === 0 ? entry : { ...entry, offset: entry.offset - 70n }));
const shown = ({ offset, key, value }: OldMessage) => [offset, String(key), String(value)];
const asSent = [
  ['70', 'a', '1'],
  ['71', 'b', '2'],
];

describe.each([0, 1])('a set of the format before 0.11, magic %d,', (magic) => {
  const after = setOf(magic, [{ offset: 72n, key: 'c', value: '3' }]);

  test('is read', async () => {
    expect((await readMessages(answerOf(setOf(magic, old)))).map(shown)).toEqual(asSent);
  });

  test.each([gzip, snappy, lz4])('compressed by %s is read', async (_, compression, compress) => {
    const set = setOf(magic, [{ offset: 71n, value: compress(setOf(magic, inside(magic))), compression }]);
    expect((await readMessages(answerOf(set, after))).map(shown)).toEqual([...asSent, ['72', 'c', '3']]);
  });

  test.each([gzip, snappy, lz4])(
    'that %s cannot read is stood for at its last offset, its bytes are kept, and what follows is read',
    async (_name, compression) => {
      const value = Buffer.from('neither of them');
      const set = setOf(magic, [{ offset: 71n, value, compression }]);
      const [standIn, ...rest] = await readMessages(answerOf(set, after));
      expect(standIn).toMatchObject({ offset: '71', key: null, value, attributes: standInAttributes });
      expect(rest.map(shown)).toEqual([['72', 'c', '3']]);
    },
  );
});
