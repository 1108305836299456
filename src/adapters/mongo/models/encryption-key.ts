import { createCollection, required } from './schema.ts';

export type EncryptionKeyRow = { readonly _id: 'current'; readonly digest: string };

/** One row. It shows whether two processes seal with the same key, and does not reveal the key. */
export const encryptionKey = createCollection<EncryptionKeyRow>('encryption_key', {
  /** Always `current`. */
  _id: required(String),
  /** A keyed digest of the key, in hex. */
  digest: required(String),
});
