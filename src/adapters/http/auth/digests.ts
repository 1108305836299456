import { createHmac, hash, timingSafeEqual } from 'node:crypto';

export type Signer = {
  /** A keyed digest in characters that a URL may contain. */
  readonly sign: (text: string) => string;
  /** The digest of each secret, that of `sign` first: what a process with the secrets in another order would sign. */
  readonly signAll: (text: string) => readonly string[];
  /** In constant time: the time must not reveal how much of a forged signature is right. */
  readonly verify: (text: string, signature: string) => boolean;
};

export const sha256Hex = (text: string): string => hash('sha256', text);

/** In constant time for any lengths, because it compares the digests and not the texts. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

/** The first secret signs; each verifies, so that a signature outlives the change of the secret. */
export function createSigner(secrets: readonly string[]): Signer {
  const under = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const signatures = secrets.map(under);
  const [sign] = signatures;
  if (sign === undefined) throw new TypeError('a signer needs a secret');
  return {
    sign,
    signAll: (text) => signatures.map((of) => of(text)),
    verify: (text, signature) => signatures.some((of) => sameSecret(of(text), signature)),
  };
}
