import { promisify } from 'node:util';
import zlib from 'node:zlib';
import kafkajs from 'kafkajs';
import { clientSettings } from '../settings.ts';
import { decompressLz4 } from './lz4.ts';
import { decompressSnappy } from './snappy.ts';
import { standInFor } from './stand-in.ts';

type Decompress = (compressed: Buffer, maxBytes: number) => Buffer | Promise<Buffer>;

const [gunzip, zstdDecompress] = [promisify(zlib.unzip), promisify(zlib.zstdDecompress)];
const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;

/** Every codec that a broker can hold. kafkajs has only gzip, and without a bound. */
const decompressors: readonly (readonly [number, Decompress])[] = [
  [GZIP, (compressed, maxOutputLength) => gunzip(compressed, { maxOutputLength })],
  [Snappy, decompressSnappy],
  [LZ4, decompressLz4],
  [ZSTD, (compressed, maxOutputLength) => zstdDecompress(compressed, { maxOutputLength })],
];

/** The records of a batch, or stand-ins for all of them: an error here would crash the consumer at every start. */
const decompressOrStandIn =
  (decompress: Decompress) =>
  async (compressed: Buffer): Promise<Buffer> => {
    try {
      return await decompress(compressed, clientSettings.decompressedBytes);
    } catch {
      return standInFor(compressed);
    }
  };

/** We never compress, because our messages are small. */
function compress(): never {
  throw new Error('This program sends nothing compressed.');
}

export function registerCodecs(): void {
  const codecs: Record<number, () => unknown> = kafkajs.CompressionCodecs;
  for (const [type, decompress] of decompressors) {
    const codec = { compress, decompress: decompressOrStandIn(decompress) };
    codecs[type] = () => codec;
  }
}
