import { createCollection, optional, required } from './schema.ts';

export type EncryptionKeyRow = {
  readonly _id: 'current';
  readonly digest: string;
  readonly digests?: readonly string[];
};

/** One row. It shows which keys a process must have, and does not reveal them. */
export const encryptionKey = createCollection<EncryptionKeyRow>('encryption_key', {
  /** Always `current`. */
  _id: required(String),
  /** A keyed digest of the first key, in hex. */
  digest: required(String),
  /** Digests of all keys that stored texts may need. */
  digests: optional([String]),
});
