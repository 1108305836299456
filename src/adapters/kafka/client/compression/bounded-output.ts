/** Bytes written one after the other, up to a bound: a few compressed bytes can expand without limit. */
export type BoundedOutput = {
  readonly append: (source: Buffer) => void;
  /** Repeats what was written `distance` bytes ago; a length above the distance repeats its own output. */
  readonly repeat: (distance: number, length: number) => void;
  readonly written: () => Buffer;
};

const firstBytes = 64 * 1_024;

export function createBoundedOutput(maxBytes: number): BoundedOutput {
  let bytes = Buffer.allocUnsafe(Math.min(firstBytes, maxBytes));
  let size = 0;

  const reserve = (length: number): void => {
    const wanted = size + length;
    if (wanted > maxBytes) throw new RangeError(`Decompressed, it is longer than ${maxBytes} bytes.`);
    if (wanted <= bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.min(Math.max(wanted, bytes.length * 2), maxBytes));
    bytes.copy(larger, 0, 0, size);
    bytes = larger;
  };

  return {
    append: (source) => {
      reserve(source.length);
      source.copy(bytes, size);
      size += source.length;
    },
    repeat: (distance, length) => {
      if (distance === 0 || distance > size) throw new RangeError('A copy begins before the first byte.');
      reserve(length);
      const end = size + length;
      // In pieces, so that each is written before it is read.
      while (size < end) {
        const from = size - distance;
        const step = Math.min(distance, end - size);
        bytes.copyWithin(size, from, from + step);
        size += step;
      }
    },
    written: () => bytes.subarray(0, size),
  };
}

/** The next `length` bytes; throws when there are fewer. */
export function bytesAt(source: Buffer, at: number, length: number): Buffer {
  if (length < 0 || at + length > source.length) throw new RangeError('The compressed bytes end too early.');
  return source.subarray(at, at + length);
}
