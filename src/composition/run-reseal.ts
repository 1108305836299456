import { createAudit } from '../adapters/mongo/audit.ts';
import { connectMongo } from '../adapters/mongo/connection.ts';
import type { Resealed } from '../adapters/mongo/reseal.ts';
import { sealWithFirstKey } from '../adapters/mongo/seal-with-first-key.ts';
import { createCipher } from '../adapters/system/cipher.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { hashText, randomId } from '../adapters/system/ids.ts';
import { auditAct, type StaffAct } from '../application/requests/staff-act.ts';
import { staffActOf } from './admin/staff-act.ts';
import { changing } from './admin/subcommand.ts';
import type { Command } from './command-line/command.ts';
import { readCommandLine } from './command-line/read-command-line.ts';
import { encryptionKeyDigests } from './encryption-key-digest.ts';
import { openConfig } from './open-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A person waits at the terminal. */
const selectionMs = 5_000;

export const resealCommand = {
  usage: 'npm run reseal --',
  about: 'Seals every stored text with the first key of ENCRYPTION_KEY, while the system runs.',
  options: changing,
  example: 'npm run reseal -- --reason yearly',
} as const satisfies Command;

/** The audit keeps the digest of each key, as the database does. No document holds a key. */
async function resealAll(act: StaffAct, variables: Variables | undefined): Promise<Resealed> {
  const config = openConfig(variables);
  const digests = encryptionKeyDigests(config);
  const connection = await connectMongo({ url: config.MONGODB_URL, serverSelectionTimeoutMs: selectionMs });
  try {
    const [sealsWith, ...letsGoOf] = digests;
    const ofKeys = { subject: { kind: 'encryption_key', id: 'database' }, userId: null, before: null };
    const audited = { audit: createAudit(connection.models), clock: systemClock, hash: hashText };
    await auditAct(audited, act, { action: 'texts.reseal', ...ofKeys, after: { sealsWith, letsGoOf } });
    return await sealWithFirstKey(connection, createCipher(config.ENCRYPTION_KEY), digests, randomId);
  } finally {
    await connection.close();
  }
}

/** Returns the exit code. */
export async function runReseal(args: readonly string[], variables?: Variables): Promise<number> {
  const { values } = readCommandLine(resealCommand, args);
  try {
    const { texts, unopened } = await resealAll(staffActOf(values), variables);
    const others =
      unopened === 0 ? '' : ` ${unopened} texts are not sealed with a key of the ring and stay as they are.`;
    process.stdout.write(`${texts} texts are sealed anew; the keys behind the first are needed no more.${others}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
