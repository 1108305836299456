/** The header of records that stand in for a batch that cannot be decompressed. */
export const unreadableBatch = 'unreadable-batch';

/** Fields of a batch header (magic 2), as distances back from the compressed records that follow it. */
const distances = { magic: 45, lastOffsetDelta: 38, count: 4 } as const;
const headerBytes = 49;
const batchMagic = 2;

/** A number as records have it: the sign in the lowest bit, seven bits a byte. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const sized = (bytes: Buffer | null): readonly Buffer[] =>
  bytes === null ? [varint(-1)] : [varint(bytes.length), bytes];

function recordAt(offsetDelta: number, value: Buffer | null): Buffer {
  const noAttributes = Buffer.from([0]);
  const headers = [varint(1), ...sized(Buffer.from(unreadableBatch)), ...sized(null)];
  const body = [noAttributes, varint(0), varint(offsetDelta), ...sized(null), ...sized(value), ...headers];
  const record = Buffer.concat(body);
  return Buffer.concat([varint(record.length), record]);
}

/**
 * One record without a key for each record of a batch that cannot be decompressed: each becomes a dead letter, the first
 * with the batch. kafkajs passes only the compressed bytes, but the memory before them is the header of the batch.
 * Null where it is not.
 */
export function standInFor(compressed: Buffer): Buffer | null {
  if (compressed.byteOffset < headerBytes) return null;
  const header = Buffer.from(compressed.buffer, compressed.byteOffset - headerBytes, headerBytes);
  if (header.readInt8(headerBytes - distances.magic) !== batchMagic) return null;
  const count = header.readInt32BE(headerBytes - distances.count);
  const last = header.readInt32BE(headerBytes - distances.lastOffsetDelta);
  // Compaction leaves fewer records than offsets; the last record must stand at the last offset.
  if (count < 1 || last < count - 1) return null;
  const deltaOf = (index: number): number => (index === count - 1 ? last : index);
  return Buffer.concat(Array.from({ length: count }, (_, n) => recordAt(deltaOf(n), n === 0 ? compressed : null)));
}
