import { Problem } from './problem.ts';

/** Nobody nests deeper than this; whoever does wants to exhaust a parser. */
const depthMax = 32;

const notJson = (detail: string): Problem => new Problem(400, '4001', { detail });

/** A text, and the colon that makes it a key. What is not in texts was checked by JSON.parse. */
const textOrKey = /"(?:[^"\\]|\\.)*"(\s*:)?/gs;

function countKeys(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > depthMax) throw notJson(`nested deeper than ${depthMax} levels`);
  const members: unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, member) => sum + countKeys(member, depth + 1), own);
}

/**
 * Refuses absurd depth and repeated keys. JSON.parse keeps the last of two equal keys and other readers the first: a body
 * that means two things is not obeyed. Fewer keys in the value than in its text are repeated ones.
 */
function refuseAmbiguity(text: string, value: unknown): void {
  const written = [...text.matchAll(textOrKey)].filter(([, colon]) => colon !== undefined).length;
  if (written !== countKeys(value, 1)) throw notJson('a key is given twice');
}

/** Bytes → value. UTF-8 is taken literally: a broken sequence is an error, not a replacement character. */
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
