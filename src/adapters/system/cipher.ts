import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import type { KeyRing, UserCiphers } from '../../application/ports/cipher.ts';
import { Fault } from '../../application/ports/faults.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

const broken = (cause?: unknown): Fault =>
  new Fault('seal_broken', 'The sealed text was changed, truncated or sealed with another key', {
    retryable: false,
    cause,
  });

/** `v1.` was sealed with the one key of its time, and says nothing of itself. */
const firstFormat = 'v1.';
/** `v2.{id of the key}.`; the text is bound to what it is about. */
const format = (keyId: string): string => `v2.${keyId}.`;
const shape = /^v2\.([\w-]{8})\./;

type Key = { readonly id: string; readonly bytes: Buffer };

/** Follows from the key, so that no id has to be configured, and does not reveal it: a key has 32 random bytes. */
function keyOf(base64: string): Key {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== keyBytes) throw new Error(`An encryption key must be ${keyBytes} bytes in base64`);
  return { id: hash('sha256', Buffer.concat([Buffer.from('key id'), bytes]), 'base64url').slice(0, 8), bytes };
}

function encrypt(key: Buffer, clear: Uint8Array, bound: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound));
  const hidden = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
}

function decrypt(key: Buffer, text: string, bound: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < nonceBytes + tagBytes) throw broken();
  const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(bound)).setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw broken(cause);
  }
}

/** Under whichever key of the ring fits: the text does not say which. */
function openFirstFormat(keys: readonly Key[], sealed: string): Uint8Array {
  let failure: unknown = broken();
  for (const { bytes } of keys) {
    try {
      return decrypt(bytes, sealed.slice(firstFormat.length), firstFormat);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** AES-256-GCM under a ring of keys: the first one seals, each one opens; a fresh nonce per text. */
export function createCipher(keysBase64: readonly string[]): KeyRing {
  const keys = keysBase64.map(keyOf);
  const [first] = keys;
  if (first === undefined) throw new Error('There is no encryption key');
  return {
    seal: (clear, about = '') => format(first.id) + encrypt(first.bytes, clear, format(first.id) + about),
    open: (sealed, about = '') => {
      if (sealed.startsWith(firstFormat)) return openFirstFormat(keys, sealed);
      // Only the beginning is matched: a text has megabytes, and a pattern over all of it overflows the engine's stack.
      const [prefix = '', id = ''] = shape.exec(sealed) ?? [];
      const key = keys.find((one) => one.id === id);
      if (key === undefined) throw broken();
      return decrypt(key.bytes, sealed.slice(prefix.length), format(id) + about);
    },
    isCurrent: (sealed) => sealed.startsWith(format(first.id)),
  };
}

export const userCiphers: UserCiphers = {
  newKey: () => randomBytes(keyBytes),
  under: (key) => createCipher([Buffer.from(key).toString('base64')]),
};
