import { connectMongo } from '../adapters/mongo/connection.ts';
import type { Resealed } from '../adapters/mongo/reseal.ts';
import { sealWithFirstKey } from '../adapters/mongo/seal-with-first-key.ts';
import { createCipher } from '../adapters/system/cipher.ts';
import { randomId } from '../adapters/system/ids.ts';
import type { Command } from './command-line/command.ts';
import { readCommandLine } from './command-line/read-command-line.ts';
import { encryptionKeyDigests } from './encryption-key-digest.ts';
import { openConfig } from './open-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A person waits at the terminal. */
const selectionMs = 5_000;

export const resealCommand = {
  usage: 'npm run reseal',
  about: 'Seals every stored text with the first key of ENCRYPTION_KEY, while the system runs.',
  options: {},
  example: 'npm run reseal',
} as const satisfies Command;

async function resealAll(variables: Variables | undefined): Promise<Resealed> {
  const config = openConfig(variables);
  const digests = encryptionKeyDigests(config);
  const connection = await connectMongo({ url: config.MONGODB_URL, serverSelectionTimeoutMs: selectionMs });
  try {
    return await sealWithFirstKey(connection, createCipher(config.ENCRYPTION_KEY), digests, randomId);
  } finally {
    await connection.close();
  }
}

/** Returns the exit code. */
export async function runReseal(args: readonly string[], variables?: Variables): Promise<number> {
  readCommandLine(resealCommand, args);
  try {
    const { texts, unopened } = await resealAll(variables);
    const others =
      unopened === 0 ? '' : ` ${unopened} texts are not sealed with a key of the ring and stay as they are.`;
    process.stdout.write(`${texts} texts are sealed anew; the keys behind the first are needed no more.${others}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
