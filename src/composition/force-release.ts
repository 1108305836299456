import { createBlockedKeys } from '../adapters/mongo/blocked-keys.ts';
import { connectMongo } from '../adapters/mongo/connection.ts';
import type { BlockedKey } from '../application/ports/blocked-keys.ts';
import { loadConfig } from '../config.ts';

/** A person waits at the terminal. */
const selectionMs = 5_000;

/**
 * Without a key: lists the blocked keys of the group. With one: makes its oldest message due. The consumers try it within
 * seconds, in the order of the queue; no message is skipped. False when the key is not blocked.
 */
export async function forceRelease(
  variables: Readonly<Record<string, string | undefined>>,
  wanted: { readonly group: string; readonly key: string | null },
): Promise<readonly BlockedKey[] | boolean> {
  const url = loadConfig(variables).MONGODB_URL;
  const connection = await connectMongo({ url, serverSelectionTimeoutMs: selectionMs });
  try {
    const blockedKeys = createBlockedKeys(connection.models);
    return wanted.key === null
      ? await blockedKeys.list(wanted.group)
      : await blockedKeys.retryNow(wanted.group, wanted.key);
  } finally {
    await connection.close();
  }
}
