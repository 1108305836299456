import { createHmac, hash, timingSafeEqual } from 'node:crypto';

export type Signer = {
  /** A keyed digest in characters that a URL may contain. */
  readonly sign: (text: string) => string;
  /** In constant time: the time must not reveal how much of a forged signature is right. */
  readonly verify: (text: string, signature: string) => boolean;
};

export const sha256Hex = (text: string): string => hash('sha256', text);

/** In constant time for any lengths, because it compares the digests and not the texts. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

export function createSigner(secret: string): Signer {
  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
  return { sign, verify: (text, signature) => sameSecret(sign(text), signature) };
}
