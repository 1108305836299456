import { Poison } from '../../application/ports/doors.ts';

const frameBytes = 5;

/** The registry's wire format in memory: magic byte, four bytes of id, JSON. Names get ids in the order of their first use. */
export type MessageFrames = {
  readonly idOf: (schema: string) => number;
  readonly encode: (schema: string, value: Readonly<Record<string, unknown>>) => Buffer;
  /** Throws Poison on bytes that no reader could ever decode. */
  readonly decode: (bytes: Buffer) => unknown;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Poison('malformed_json', 'The value is not JSON.');
  }
};

export const createMessageFrames = (): MessageFrames => {
  const names: string[] = [];
  const idOf = (schema: string): number => {
    if (!names.includes(schema)) names.push(schema);
    return names.indexOf(schema) + 1;
  };
  return {
    idOf,
    encode: (schema, value) => {
      const frame = Buffer.alloc(frameBytes);
      frame.writeInt32BE(idOf(schema), 1);
      return Buffer.concat([frame, Buffer.from(JSON.stringify(value))]);
    },
    decode: (bytes) => {
      if (bytes.length < frameBytes || bytes[0] !== 0) {
        throw new Poison('not_framed', 'The value does not begin with the magic byte and a schema id.');
      }
      if (names[bytes.readInt32BE(1) - 1] === undefined) {
        throw new Poison('unknown_schema', 'The registry has no schema with the id of this message.');
      }
      return parse(bytes.subarray(frameBytes).toString('utf8'));
    },
  };
};
