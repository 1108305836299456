import { hashText } from '../adapters/system/ids.ts';
import type { Config } from '../config.ts';

/** Of each key of the ring, the one that seals first. A key is 32 random bytes, so its digest does not reveal it. */
export const encryptionKeyDigests = ({ ENCRYPTION_KEY: keys }: Config): readonly string[] =>
  keys.map((key) => hashText(`digest of the encryption key ${key}`));
