import { systemClock } from '../../adapters/system/clock.ts';
import { hashText } from '../../adapters/system/ids.ts';
import type { Audit } from '../../application/ports/audit.ts';
import type { BlockedKeys } from '../../application/ports/blocked-keys.ts';
import type { DeadLetters } from '../../application/ports/dead-letters.ts';
import type { SealedRecords } from '../../application/ports/sealed-records.ts';
import type { StaffActServices } from '../../application/requests/staff-act.ts';
import type { Config } from '../../config.ts';
import { createClosers } from '../closers.ts';
import { openMongo } from '../open-mongo.ts';
import { silentLog } from '../silent-log.ts';
import { openRecords } from './open-records.ts';

/** A person waits at the terminal. */
const selectionMs = 5_000;

export type AdminServices = StaffActServices & {
  readonly audit: Audit;
  readonly blockedKeys: BlockedKeys;
  readonly deadLetters: DeadLetters;
  readonly records: SealedRecords;
};

/** Opens what the subcommands need, runs one, and closes it again. */
export async function withAdmin(config: Config, run: (services: AdminServices) => Promise<number>): Promise<number> {
  const closers = createClosers();
  try {
    const { audit, blockedKeys, deadLetters } = await openMongo({ config, closers }, selectionMs);
    const records = openRecords({ config, closers, log: silentLog });
    return await run({ audit, blockedKeys, deadLetters, records, clock: systemClock, hash: hashText });
  } finally {
    await closers.closeAll(silentLog);
  }
}
