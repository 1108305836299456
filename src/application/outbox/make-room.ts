import type { CoreServices } from '../services/core-services.ts';
import { Fault } from '../ports/faults.ts';
import type { OutboxEntry } from '../ports/outbox.ts';

/** Entries of one outbox before its user's next command waits: some hundred kilobytes, weeks of timers and page polls. */
const entriesMax = 100;

/**
 * A subscriber may send commands without end, and each adds an entry. So a command waits until a long outbox is published.
 * Where only this user's outbox cannot be published, only this user's key is blocked.
 */
export async function makeRoom(
  { relay }: Pick<CoreServices, 'relay'>,
  userId: string,
  outbox: readonly OutboxEntry[],
): Promise<void> {
  if (outbox.length < entriesMax || (await relay.publish(userId, outbox))) return;
  const retryable = !relay.paused().includes(userId);
  throw new Fault('outbox_full', 'The outbox of this user holds too much that is not published.', { retryable });
}
