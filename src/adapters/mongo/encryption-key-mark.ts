import { Fault } from '../../application/ports/faults.ts';
import type { EncryptionKeyRow } from './models/encryption-key.ts';
import type { Models } from './models/open-models.ts';
import { askStore } from './store-fault.ts';

const refusal = (what: string, code = 'config_invalid'): Fault =>
  new Fault(code, `ENCRYPTION_KEY ${what}`, { retryable: false });

const lacksKey = (): Fault =>
  refusal(
    'is not the key that this database was prepared with, so stored requests could not be opened: set the key of the ' +
      'running system, or keep it behind the new one until npm run reseal has run (docs/running.md, "Keys of the database").',
  );

const sealsUnmarked = (): Fault =>
  refusal(
    'begins with a key that this database was not prepared for. Run the deploy step (src/migrate.ts) first.',
    'encryption_key_unmarked',
  );

/** The keys that stored texts may need; null before the first deploy step. A row of one digest was written by an older version. */
async function findNeeded({ encryptionKey }: Models): Promise<readonly string[] | null> {
  const row = await askStore(() => encryptionKey.findOne({ _id: 'current' }).lean<EncryptionKeyRow>());
  return row === null ? null : (row.digests ?? [row.digest]);
}

const hasAll = (digests: readonly string[], needed: readonly string[]): boolean =>
  needed.every((digest) => digests.includes(digest));

/**
 * Deploy step: records the key that seals from now on, in the first place of `digests`. It refuses a ring that lacks a key
 * which stored texts may need.
 */
export async function markEncryptionKeys(models: Models, digests: readonly string[]): Promise<void> {
  const { encryptionKey } = models;
  const [digest] = digests;
  await askStore(() =>
    encryptionKey.updateOne({ _id: 'current' }, { $setOnInsert: { digest, digests: [digest] } }, { upsert: true }),
  );
  const needed = (await findNeeded(models)) ?? [];
  if (!hasAll(digests, needed)) throw lacksKey();
  if (digest === undefined || needed.includes(digest)) return;
  await askStore(() => encryptionKey.updateOne({ _id: 'current' }, { $set: { digests: [...needed, digest] } }));
}

/** At service start: with other keys a process would fail only later, at a text that another process sealed. */
export async function assertEncryptionKeys(models: Models, digests: readonly string[]): Promise<void> {
  const needed = await findNeeded(models);
  if (needed === null) return;
  if (!hasAll(digests, needed)) throw lacksKey();
  if (!hasAll(needed, digests.slice(0, 1))) throw sealsUnmarked();
}

/** After every text was sealed anew with the first key: no other is needed. */
export async function forgetOtherKeys({ encryptionKey }: Models, digest: string): Promise<void> {
  await askStore(() => encryptionKey.updateOne({ _id: 'current' }, { $set: { digest, digests: [digest] } }));
}
