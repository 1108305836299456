import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Cipher, UserCiphers } from '../../application/ports/cipher.ts';
import { Fault } from '../../application/ports/faults.ts';

/** Names the format, so that another key or algorithm can be added later. */
const prefix = 'v1.';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

const broken = (cause?: unknown): Fault =>
  new Fault('seal_broken', 'The sealed text was changed, truncated or sealed with another key', {
    retryable: false,
    cause,
  });

function seal(key: Buffer, clear: Uint8Array): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(prefix));
  const hidden = Buffer.concat([cipher.update(clear), cipher.final()]);
  return prefix + Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
}

function open(key: Buffer, sealed: string): Uint8Array {
  if (!sealed.startsWith(prefix)) throw broken();
  const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url');
  if (bytes.length < nonceBytes + tagBytes) throw broken();
  const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(prefix)).setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw broken(cause);
  }
}

/** AES-256-GCM under one key, a fresh nonce per text. */
function cipherUnder(key: Buffer): Cipher {
  if (key.length !== keyBytes) throw new Error(`An encryption key must be ${keyBytes} bytes`);
  return { seal: (clear) => seal(key, clear), open: (sealed) => open(key, sealed) };
}

/** The cipher of the service, under the key from the configuration. */
export const createCipher = (keyBase64: string): Cipher => cipherUnder(Buffer.from(keyBase64, 'base64'));

export const userCiphers: UserCiphers = {
  newKey: () => randomBytes(keyBytes),
  under: (key) => cipherUnder(Buffer.from(key)),
};
