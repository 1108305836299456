import { createBlockedKeys } from '../adapters/mongo/blocked-keys.ts';
import { connectMongo } from '../adapters/mongo/connection.ts';
import type { BlockedKey } from '../application/ports/blocked-keys.ts';
import { loadConfig } from '../config.ts';

/** A person waits at the terminal. */
const selectionMs = 5_000;

/**
 * Without a key: what is blocked in the group. With one: its oldest message becomes due, and the consumers try it within
 * seconds, in the order of the queue; nothing is skipped. False when the key is not blocked.
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
