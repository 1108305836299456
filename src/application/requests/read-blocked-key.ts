import { type BlockedKeys, messageIdOf, type QueuedMessage } from '../ports/blocked-keys.ts';
import type { SealedRecords, ShownRecord } from '../ports/sealed-records.ts';

/** A message in the queue of its key, in clear; the record is null where it was sealed with another key. */
export type ShownMessage = Omit<QueuedMessage, 'sealed'> & {
  readonly id: string;
  readonly record: ShownRecord | null;
};

/** The oldest messages of the key. Empty: the key is not blocked. */
export async function readBlockedKey(
  services: { readonly blockedKeys: Pick<BlockedKeys, 'queue'>; readonly records: Pick<SealedRecords, 'show'> },
  { group, key, limit }: { readonly group: string; readonly key: string; readonly limit: number },
): Promise<readonly ShownMessage[]> {
  const queue = await services.blockedKeys.queue(group, key, limit);
  return Promise.all(
    queue.map(async ({ sealed, ...message }) => ({
      ...message,
      id: messageIdOf(message),
      record: await services.records.show({ ...message, sealed }),
    })),
  );
}
