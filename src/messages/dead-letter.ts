import { type DeadLetter, deadLetterId } from '../application/ports/dead-letters.ts';
import type { OutMessage } from '../application/ports/outbox.ts';
import type { Trace } from '../application/ports/message-factory.ts';
import type { Instant } from '../domain/model/instant.ts';
import { buildMessage, deadLetterMaxBytes } from './build-message.ts';
import { truncate } from './plain-text.ts';

/** The rest of a dead letter is a few kilobytes at most. */
export const sealedMaxBytes = deadLetterMaxBytes - 8 * 1024;

/** A whole record as bytes, so that it can be published again unchanged. */
export function packRecord(record: {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}): Uint8Array {
  const base64 = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString('base64');
  const text = JSON.stringify({ key: base64(record.key), value: base64(record.value), headers: record.headers });
  return Buffer.from(text);
}

/** The record that `packRecord` packed. */
export function unpackRecord(packed: Uint8Array): {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { key, value, headers } = JSON.parse(Buffer.from(packed).toString('utf8')) as {
    readonly key: string | null;
    readonly value: string | null;
    readonly headers: Readonly<Record<string, string>>;
  };
  const bytes = (base64: string | null): Buffer | null => (base64 === null ? null : Buffer.from(base64, 'base64'));
  return { key: bytes(key), value: bytes(value), headers };
}

/** The dead letter of a message that cannot be handled: its origin and the reason in clear, the record sealed. */
export function deadLetterMessage(
  letter: DeadLetter,
  about: { readonly at: Instant; readonly trace: Trace },
): OutMessage {
  const where = `${letter.topic}:${letter.partition}:${letter.offset}`;
  const key = letter.key === null ? null : truncate(letter.key, 256);
  return buildMessage('dead_letter', key ?? where, { ...letter, key }, { id: deadLetterId(letter), ...about });
}
