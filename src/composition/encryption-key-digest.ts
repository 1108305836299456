import { hashText } from '../adapters/system/ids.ts';
import type { Config } from '../config.ts';

/** The key is 32 random bytes, so its digest does not reveal it. */
export const encryptionKeyDigest = ({ ENCRYPTION_KEY }: Config): string =>
  hashText(`digest of the encryption key ${ENCRYPTION_KEY}`);
