import { type BoundedOutput, bytesAt, createBoundedOutput } from './bounded-output.ts';

const frameMagic = 0x184d2204;
/** The upper 28 bits of the sixteen magic numbers for frames without data. */
const skippableMagic = 0x184d2a5;
const flags = { dictionary: 0x01, contentChecksum: 0x04, contentSize: 0x08, blockChecksum: 0x10 } as const;
const isStored = 0x80000000;
const shortestMatch = 4;
const lengthContinues = 15;

/** A length of 15 continues in the bytes that follow, and each byte of 255 in one more. */
function readLength(source: Buffer, start: number, short: number): { readonly length: number; readonly at: number } {
  let [length, at] = [short, start];
  if (short !== lengthContinues) return { length, at };
  for (;;) {
    const byte = source.readUInt8(at);
    at += 1;
    length += byte;
    if (byte !== 255) return { length, at };
  }
}

function decodeBlock(block: Buffer, output: BoundedOutput): void {
  let at = 0;
  while (at < block.length) {
    const token = block.readUInt8(at);
    const literal = readLength(block, at + 1, token >>> 4);
    output.append(bytesAt(block, literal.at, literal.length));
    at = literal.at + literal.length;
    // The last sequence of a block is a literal alone.
    if (at === block.length) return;
    const distance = block.readUInt16LE(at);
    const match = readLength(block, at + 2, token & lengthContinues);
    output.repeat(distance, match.length + shortestMatch);
    at = match.at;
  }
}

/** Returns where the frame ends. Checksums are not checked: the broker has checked that of the batch. */
function decodeFrame(source: Buffer, start: number, output: BoundedOutput): number {
  const flag = source.readUInt8(start + 4);
  if ((flag & flags.dictionary) !== 0) throw new RangeError('There is no dictionary for this frame.');
  // Magic, flags, largest block, checksum of the header.
  let at = start + 7 + ((flag & flags.contentSize) === 0 ? 0 : 8);
  for (;;) {
    const size = source.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const length = size % isStored;
    const block = bytesAt(source, at, length);
    if (size >= isStored) output.append(block);
    else decodeBlock(block, output);
    at += length + ((flag & flags.blockChecksum) === 0 ? 0 : 4);
  }
  return at + ((flag & flags.contentChecksum) === 0 ? 0 : 4);
}

/** Reads LZ4 frames, as Kafka writes them (KIP-57). Throws on anything else and above the bound. */
export function decompressLz4(source: Buffer, maxBytes: number): Buffer {
  const output = createBoundedOutput(maxBytes);
  let at = 0;
  while (at < source.length) {
    const magic = source.readUInt32LE(at);
    if (magic === frameMagic) at = decodeFrame(source, at, output);
    else if (magic >>> 4 === skippableMagic) at += 8 + source.readUInt32LE(at + 4);
    else throw new RangeError('This is no LZ4 frame.');
  }
  return output.written();
}
