import type { Db } from 'mongodb';
import type { KeyRing } from '../../application/ports/cipher.ts';
import { assertEncryptionKeys, forgetOtherKeys } from './encryption-key-mark.ts';
import type { Models } from './models/open-models.ts';
import { reseal, type Resealed } from './reseal.ts';

/**
 * Seals every stored text with the first key of the ring, and only then lets processes run without the others. `digests`
 * are those of the ring.
 */
export async function sealWithFirstKey(
  { db, models }: { readonly db: Db; readonly models: Models },
  ring: KeyRing,
  digests: readonly string[],
  randomId: () => string,
): Promise<Resealed> {
  await assertEncryptionKeys(models, digests);
  const resealed = await reseal(db, ring, randomId);
  await forgetOtherKeys(models, digests[0] ?? '');
  return resealed;
}
