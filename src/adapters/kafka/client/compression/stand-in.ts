/** The attributes of a record that stands in for a batch that cannot be decompressed. No client sets this bit. */
export const standInAttributes = 0x40;

/** Fields of a batch header (magic 2), as distances back from the compressed records that follow it. */
const distances = { length: 53, magic: 45, lastOffsetDelta: 38, count: 4 } as const;
/** What the length of a batch counts beside its records. */
const countedBytes = 49;
const batchMagic = 2;

/** A message of the format before 0.11 (magic 0), without key and value: what its size counts. */
const messageBytes = 14;
/** The header of a compressed one, before its value: offset, size, checksum, magic, attributes, no key, length of the value. */
const wrapperBytes = 26;
const oldestMagic = 0;

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
  const attributes = Buffer.from([standInAttributes]);
  const noHeaders = varint(0);
  const body = [attributes, varint(0), varint(offsetDelta), ...sized(null), ...sized(value), noHeaders];
  const record = Buffer.concat(body);
  return Buffer.concat([varint(record.length), record]);
}

/** One record for each record of the batch, the first with the batch. Null where no batch header is before the bytes. */
function recordsFor(compressed: Buffer, before: Buffer): Buffer | null {
  const end = before.length;
  if (end < distances.length || before.readInt8(end - distances.magic) !== batchMagic) return null;
  if (before.readInt32BE(end - distances.length) !== countedBytes + compressed.length) return null;
  const count = before.readInt32BE(end - distances.count);
  const last = before.readInt32BE(end - distances.lastOffsetDelta);
  // Compaction leaves fewer records than offsets; the last record must stand at the last offset.
  if (count < 1 || last < count - 1) return null;
  const deltaOf = (index: number): number => (index === count - 1 ? last : index);
  return Buffer.concat(Array.from({ length: count }, (_, n) => recordAt(deltaOf(n), n === 0 ? compressed : null)));
}

/**
 * One message with the whole set, because nothing says how many the set has. It stands at the offset of the last one:
 * magic 0 has it before the set, and for magic 1 kafkajs moves the last message there.
 */
function messageFor(compressed: Buffer, before: Buffer): Buffer {
  const start = before.length - wrapperBytes;
  const size = messageBytes + compressed.length;
  const isOldest = start >= 0 && before.readInt32BE(start + 8) === size && before.readInt8(start + 16) === oldestMagic;
  const message = Buffer.alloc(wrapperBytes);
  message.writeBigInt64BE(isOldest ? before.readBigInt64BE(start) : 0n, 0);
  message.writeInt32BE(size, 8);
  message.writeUInt8(standInAttributes, 17);
  message.writeInt32BE(-1, 18);
  message.writeInt32BE(compressed.length, 22);
  return Buffer.concat([message, compressed]);
}

/**
 * Records without a key for a batch that cannot be decompressed, each of which becomes a dead letter. kafkajs passes only
 * the compressed bytes, but the memory before them is the header of the batch.
 */
export function standInFor(compressed: Buffer): Buffer {
  const before = Buffer.from(compressed.buffer, 0, compressed.byteOffset);
  return recordsFor(compressed, before) ?? messageFor(compressed, before);
}
