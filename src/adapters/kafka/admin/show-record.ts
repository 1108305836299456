import type { ShownContent, ShownRecord } from '../../../application/ports/sealed-records.ts';
import { Fault, Poison } from '../../../application/ports/faults.ts';
import { truncate } from '../../../messages/plain-text.ts';
import type { Decoder } from '../registry/registry.ts';

/** Any message of ours is shown whole: the largest of them is a command of a few kilobytes. */
const contentBytesMax = 64 * 1024;
/** A message of ours has about a dozen short headers; another client may have sent fifty thousand. */
const headersMax = 50;
const headerCharsMax = 1_000;

/** Text where the bytes are text, else base64. */
function contentOf(bytes: Buffer): ShownContent {
  const shown = bytes.subarray(0, contentBytesMax);
  const about = { bytes: bytes.length, isCut: shown.length < bytes.length };
  const text = shown.toString('utf8');
  return Buffer.from(text).equals(shown)
    ? { format: 'text', content: text, ...about }
    : { format: 'base64', content: shown.toString('base64'), ...about };
}

type ShownValue = Pick<ShownRecord, 'value' | 'undecodable'>;

async function valueOf(value: Buffer | null, decoder: Decoder): Promise<ShownValue> {
  if (value === null) return { value: null, undecodable: null };
  if (value.length > contentBytesMax)
    return { value: contentOf(value), undecodable: 'It is too large to be decoded here.' };
  try {
    const content = await decoder.decode(value);
    return { value: { format: 'json', content, bytes: value.length, isCut: false }, undecodable: null };
  } catch (error) {
    if (!(error instanceof Poison || error instanceof Fault)) throw error;
    return { value: contentOf(value), undecodable: error.message };
  }
}

/** A record for people: decoded by its schema where that is possible, else as text or base64, and bounded. */
export async function showRecord(
  record: {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, string>>;
  },
  decoder: Decoder,
): Promise<ShownRecord> {
  const headers = Object.entries(record.headers).slice(0, headersMax);
  return {
    key: record.key === null ? null : contentOf(record.key),
    headers: Object.fromEntries(
      headers.map(([name, value]) => [truncate(name, headerCharsMax), truncate(value, headerCharsMax)]),
    ),
    ...(await valueOf(record.value, decoder)),
  };
}
