import { Problem } from './problem.ts';

/** No request of the contract nests deeper; a deeper one is an attack on the parser. */
const depthMax = 32;

const notJson = (detail: string): Problem => new Problem(400, '4001', { detail });

/** A JSON string, and the colon that makes it a key. JSON.parse has checked everything outside of strings. */
const textOrKey = /"(?:[^"\\]|\\.)*"(\s*:)?/gs;

function countKeys(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > depthMax) throw notJson(`nested deeper than ${depthMax} levels`);
  const members: unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, member) => sum + countKeys(member, depth + 1), own);
}

/**
 * Refuses absurd depth and repeated keys. JSON.parse keeps the last of two equal keys, other parsers the first (RFC 8259,
 * section 4), so such a body has two meanings. A text with a repeated key has more keys than its value.
 */
function refuseAmbiguity(text: string, value: unknown): void {
  const written = [...text.matchAll(textOrKey)].filter(([, colon]) => colon !== undefined).length;
  if (written !== countKeys(value, 1)) throw notJson('a key is given twice');
}

/** Bytes → value. A broken UTF-8 sequence is an error, and no replacement character. */
export function parseStrictJson(bytes: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw notJson('the body is not JSON in UTF-8');
  }
  refuseAmbiguity(text, value);
  return value;
}
