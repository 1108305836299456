/** The encodings of ASN.1 that a certificate is made of (X.690, DER). */
export type Der = Buffer;

const tags = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 24, sequence: 48, set: 49 } as const;

function encode(tag: number, content: Uint8Array): Der {
  const { length } = content;
  const long = length < 128 ? [] : length < 256 ? [0x81] : [0x82, length >> 8];
  return Buffer.concat([Buffer.from([tag, ...long, length & 0xff]), content]);
}

/** The first two numbers share a byte; of the others each byte holds seven bits. */
function oidBytes(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const sevens = (number: number): readonly number[] =>
    number < 128 ? [number] : [...sevens(number >> 7).map((seven) => seven | 0x80), number & 0x7f];
  return Buffer.from([first * 40 + second, ...rest.flatMap(sevens)]);
}

export const der = {
  sequence: (...parts: readonly Der[]): Der => encode(tags.sequence, Buffer.concat(parts)),
  set: (...parts: readonly Der[]): Der => encode(tags.set, Buffer.concat(parts)),
  /** Positive: the first bit of a negative one is set. */
  integer: (bytes: Uint8Array): Der => encode(tags.integer, Buffer.concat([Buffer.from([0x01]), bytes])),
  small: (number: number): Der => encode(tags.integer, Buffer.from([number])),
  truth: (): Der => encode(tags.boolean, Buffer.from([0xff])),
  oid: (oid: string): Der => encode(tags.oid, oidBytes(oid)),
  text: (text: string): Der => encode(tags.utf8, Buffer.from(text)),
  octets: (bytes: Uint8Array): Der => encode(tags.octets, bytes),
  /** `unused` bits at the end of the last byte do not count. */
  bits: (bytes: Uint8Array, unused = 0): Der => encode(tags.bits, Buffer.concat([Buffer.from([unused]), bytes])),
  /** GeneralizedTime, in seconds. */
  time: (at: Date): Der => encode(tags.time, Buffer.from(at.toISOString().replaceAll(/[-T:]|\.\d+/g, ''))),
  /** [n]: a part whose meaning follows from its number. */
  tagged: (number: number, content: Der): Der => encode(0xa0 | number, content),
  primitive: (number: number, content: Uint8Array): Der => encode(0x80 | number, content),
};
