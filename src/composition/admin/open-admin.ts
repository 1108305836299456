import type { Audit } from '../../application/ports/audit.ts';
import type { Log } from '../../application/ports/log.ts';
import type { Config } from '../../config.ts';
import { createClosers } from '../closers.ts';
import { openMongo } from '../open-mongo.ts';

/** A person waits at the terminal. */
const selectionMs = 5_000;

const silent: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

export type AdminServices = { readonly audit: Audit };

/** Opens what the subcommands need, runs one, and closes it again. */
export async function withAdmin(config: Config, run: (services: AdminServices) => Promise<number>): Promise<number> {
  const closers = createClosers();
  try {
    const { audit } = await openMongo({ config, closers }, selectionMs);
    return await run({ audit });
  } finally {
    await closers.closeAll(silent);
  }
}
