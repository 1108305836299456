import { Problem } from './problem.ts';

/** Nobody nests deeper than this; whoever does wants to exhaust a parser. */
const depthMax = 32;

const notJson = (detail: string): Problem => new Problem(400, '4001', { detail });

/** Tokens that matter for structure: strings, brackets, commas. Everything else was checked by JSON.parse. */
const structure = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs;

/**
 * Refuses repeated keys and absurd depth in a text that is known to be JSON. JSON.parse keeps the last of two equal keys
 * and other readers the first: a body that means two things is not obeyed.
 */
function refuseAmbiguity(text: string): void {
  const open: { readonly keys: Set<string> | null; atKey: boolean }[] = [];
  for (const [token] of text.matchAll(structure)) {
    const inner = open.at(-1);
    if (token === '{' || token === '[') {
      open.push({ keys: token === '{' ? new Set() : null, atKey: token === '{' });
      if (open.length > depthMax) throw notJson(`nested deeper than ${depthMax} levels`);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (inner?.keys) {
      if (token === ',') inner.atKey = true;
      else if (inner.atKey) {
        const key = String(JSON.parse(token));
        if (inner.keys.has(key)) throw notJson('a key is given twice');
        inner.keys.add(key);
        inner.atKey = false;
      }
    }
  }
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
  refuseAmbiguity(text);
  return value;
}
