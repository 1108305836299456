/**
 * Encrypts frozen requests and dead-lettered bytes. `open` throws on anything that `seal` did not make.
 * `about` says of whom and what the text is (`fieldOf`, `recordAt`): it opens with the same only, so that it cannot be
 * moved into another document or field. What was sealed before texts said so opens with any.
 */
export type Cipher = {
  readonly seal: (clear: Uint8Array, about?: string) => string;
  readonly open: (sealed: string, about?: string) => Uint8Array;
};

/** Several keys: one seals, and the texts of the others are sealed anew. */
export type KeyRing = Cipher & {
  /** Whether the text was sealed with the key that seals now. */
  readonly isCurrent: (sealed: string) => boolean;
};

/** A text of a user, by the name of its field: in their document, in their commands, and in the audit of these. */
export const fieldOf = (userId: string, field: string): string => `${field} of ${userId}`;

/** Frozen requests to the provider. */
export const requestOf = (userId: string): string => fieldOf(userId, 'request');

/** Opens also what was sealed before such texts were bound to anything. `npm run reseal` binds them. */
export function openBound({ open }: Pick<Cipher, 'open'>, sealed: string, about: string): Uint8Array {
  try {
    return open(sealed, about);
  } catch {
    return open(sealed);
  }
}

type Place = { readonly topic: string; readonly partition: number; readonly offset: string };

/** A record of Kafka that waits, or is a dead letter. */
export const recordAt = ({ topic, partition, offset }: Place): string => `record ${topic}:${partition}:${offset}`;

/** Ciphers under keys that are made here, one for each user: without the key nothing of it can be read again. */
export type UserCiphers = { readonly newKey: () => Uint8Array; readonly under: (key: Uint8Array) => Cipher };
