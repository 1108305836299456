import { type BoundedOutput, bytesAt, createBoundedOutput } from './bounded-output.ts';

/** snappy-java puts blocks into a stream: a header of 16 bytes, then blocks with their lengths. Streams can be joined. */
const streamMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const streamHeaderBytes = 16;

/** A number in groups of seven bits, the lowest first. */
function readVarint(source: Buffer): { readonly value: number; readonly at: number } {
  let value = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = source.readUInt8(at);
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { value, at: at + 1 };
  }
  throw new RangeError('The length of a snappy block is too long.');
}

/** A literal of more than 60 bytes has its length, less one, in the one to four bytes that follow. */
function copyLiteral(block: Buffer, at: number, output: BoundedOutput): number {
  const short = block.readUInt8(at) >>> 2;
  const lengthBytes = short < 60 ? 0 : short - 59;
  const length = 1 + (lengthBytes === 0 ? short : block.readUIntLE(at + 1, lengthBytes));
  const start = at + 1 + lengthBytes;
  output.append(bytesAt(block, start, length));
  return start + length;
}

/** One element of a block, a literal or a copy, by the two low bits of its tag; returns where the next one begins. */
function decodeElement(block: Buffer, at: number, output: BoundedOutput): number {
  const tag = block.readUInt8(at);
  switch (tag & 3) {
    case 0:
      return copyLiteral(block, at, output);
    case 1:
      output.repeat(((tag >>> 5) << 8) + block.readUInt8(at + 1), 4 + ((tag >>> 2) & 7));
      return at + 2;
    case 2:
      output.repeat(block.readUInt16LE(at + 1), 1 + (tag >>> 2));
      return at + 3;
    default:
      output.repeat(block.readUInt32LE(at + 1), 1 + (tag >>> 2));
      return at + 5;
  }
}

function decodeBlock(block: Buffer, output: BoundedOutput): void {
  const before = output.written().length;
  const length = readVarint(block);
  for (let at = length.at; at < block.length;) at = decodeElement(block, at, output);
  if (output.written().length - before !== length.value)
    throw new RangeError('A snappy block is not as long as it says.');
}

const beginsStream = (source: Buffer, at: number): boolean =>
  source.subarray(at, at + streamMagic.length).equals(streamMagic);

/** Java clients write snappy-java's stream, others one bare block. Throws on anything else and above the bound. */
export function decompressSnappy(source: Buffer, maxBytes: number): Buffer {
  const output = createBoundedOutput(maxBytes);
  if (!beginsStream(source, 0)) {
    decodeBlock(source, output);
    return output.written();
  }
  let at = 0;
  while (at < source.length) {
    if (beginsStream(source, at)) {
      at += streamHeaderBytes;
      continue;
    }
    const length = source.readInt32BE(at);
    decodeBlock(bytesAt(source, at + 4, length), output);
    at += 4 + length;
  }
  return output.written();
}
