import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Signer } from '../../application/command-token.ts';

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares in constant time, whatever the lengths: the digests are compared, not the texts. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

export function makeSigner(secret: string): Signer {
  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
  return { sign, verify: (text, signature) => sameSecret(sign(text), signature) };
}
