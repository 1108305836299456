import { Fault } from '../../application/ports/faults.ts';
import type { EncryptionKeyRow } from './models/encryption-key.ts';
import type { Models } from './models/open-models.ts';
import { askStore } from './store-fault.ts';

const refusal = (): Fault =>
  new Fault(
    'config_invalid',
    'ENCRYPTION_KEY is not the key that this database was prepared with, so stored requests could not be opened: ' +
      'set the key of the running system (docs/running.md, "A second process by hand").',
    { retryable: false },
  );

async function findDigest({ encryptionKey }: Models): Promise<string | null> {
  const row = await askStore(() => encryptionKey.findOne({ _id: 'current' }).lean<EncryptionKeyRow>());
  return row?.digest ?? null;
}

/** Deploy step: the first one records the key's digest in this database; a later one with another key is refused. */
export async function markEncryptionKey(models: Models, digest: string): Promise<void> {
  const { encryptionKey } = models;
  await askStore(() => encryptionKey.updateOne({ _id: 'current' }, { $setOnInsert: { digest } }, { upsert: true }));
  if ((await findDigest(models)) !== digest) throw refusal();
}

/** At service start: with another key a process would fail only later, at a request that another process sealed. */
export async function assertEncryptionKey(models: Models, digest: string): Promise<void> {
  const known = await findDigest(models);
  if (known !== null && known !== digest) throw refusal();
}
