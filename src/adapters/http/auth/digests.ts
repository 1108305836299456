import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type Signer = {
  /** A keyed digest in characters that may stand in a URL. */
  readonly sign: (text: string) => string;
  /** In constant time: whoever forges must not learn how far he got. */
  readonly verify: (text: string, signature: string) => boolean;
};

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares in constant time, whatever the lengths: the digests are compared, not the texts. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

export function createSigner(secret: string): Signer {
  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
  return { sign, verify: (text, signature) => sameSecret(sign(text), signature) };
}
