import { type AwaitedOutcome, judgeEntry, unseen } from './awaited-outcome.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { findOldCommand } from './find-old-command.ts';
import type { PastLookups, SubscriberStore } from '../ports/subscriber-store.ts';

/** What a signed status URL proves: the user sent this command at this time, with this body. */
export type CommandClaim = {
  readonly commandId: string;
  readonly userId: string;
  readonly acceptedAt: Instant;
  readonly bodyHash: string;
};

export type ReadCommandStatusServices = {
  readonly store: Pick<SubscriberStore, 'findCommands' | 'load'>;
  readonly past: PastLookups;
};

/** What names a command, and the hashes that its body may have. */
type Named = Omit<CommandClaim, 'acceptedAt'> & { readonly otherHashes?: readonly string[] };

/** The status of a command. `pending`: it is not handled, or the provider has not answered, yet. */
export async function readCommandStatus(services: ReadCommandStatusServices, named: Named): Promise<AwaitedOutcome> {
  const [found] = await services.store.findCommands([named]);
  if (found !== undefined) return judgeEntry(found.entry, named, found.subscriber);
  const entry = await findOldCommand(services.past, named);
  if (entry === null) return unseen;
  const subscriber = (await services.store.load(named.userId))?.subscriber ?? null;
  // A command that was decided between the reads is in the document, which is newer than the read models.
  const held = subscriber?.commands.find(({ id }) => id === named.commandId);
  return judgeEntry(held ?? entry, named, subscriber);
}
